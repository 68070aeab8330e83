import pytest

from rendering.sms import SmsSize, sms_segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", SmsSize("GSM-7", 0, 1)),
        ("a" * 160, SmsSize("GSM-7", 160, 1)),
        ("a" * 161, SmsSize("GSM-7", 161, 2)),
        ("a" * 306, SmsSize("GSM-7", 306, 2)),
        ("a" * 307, SmsSize("GSM-7", 307, 3)),
        ("€" * 80, SmsSize("GSM-7", 160, 1)),
        ("€" * 81, SmsSize("GSM-7", 162, 2)),
        # 152 letters leave one place, which a two-place character can't use.
        ("a" * 152 + "€" + "a" * 151, SmsSize("GSM-7", 305, 2)),
        ("a" * 152 + "€" + "a" * 152, SmsSize("GSM-7", 306, 3)),
        ("Ğ" * 70, SmsSize("UCS-2", 70, 1)),
        ("Ğ" * 71, SmsSize("UCS-2", 71, 2)),
        ("😀" * 35, SmsSize("UCS-2", 70, 1)),
        ("😀" * 36, SmsSize("UCS-2", 72, 2)),
        ("😀" * 67, SmsSize("UCS-2", 134, 3)),
        ("’", SmsSize("UCS-2", 1, 1)),
    ],
)
def test_size(text, expected):
    assert sms_segments(text) == expected
