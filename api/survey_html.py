"""The survey page: one question at a time, plain HTML without scripts, in the shop's colours."""

import html
from collections.abc import Mapping

from fastapi.responses import HTMLResponse

from api.pages import NEVER_KEPT
from api.survey_words import words_of
from domain.email_document import BrandKit
from domain.email_document.brand import FONT_STACKS
from domain.surveys.answers import LONGEST_TEXT, Value
from domain.surveys.definition import SCALES, SurveyQuestion
from ingestion.surveys.answering import Visit

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_STYLE = """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:1.0625rem/1.5 var(--font)}
main{max-width:36rem;margin:0 auto;padding:6vh 1rem 3rem}
.panel{background:var(--panel);border-radius:.75rem;padding:1.5rem}
.brand{display:block;margin:0 0 1.25rem;font-weight:600}.brand img{max-width:11rem;max-height:4rem}
fieldset{border:0;margin:0;padding:0;min-width:0}
legend,.prompt{font:600 1.35rem/1.3 var(--heading);padding:0;margin:0 0 1rem}
.scale{display:flex;flex-wrap:wrap;gap:.4rem}.list{display:grid;gap:.5rem}
.choice{position:relative}.choice input{position:absolute;opacity:0;width:100%;height:100%;margin:0;cursor:pointer}
.choice label{display:block;min-width:2.75rem;min-height:2.75rem;padding:.55rem .8rem;text-align:center;
border:2px solid var(--line);border-radius:.5rem;background:var(--panel);color:var(--text)}
.list .choice label{text-align:start}
.choice input:checked+label{border-color:var(--primary);background:var(--primary);color:var(--on)}
.choice input:focus-visible+label,button:focus-visible,a:focus-visible,textarea:focus-visible{
outline:3px solid var(--text);outline-offset:2px}
.ends{display:flex;justify-content:space-between;gap:1rem;margin:.6rem 0 0;font-size:.9rem;color:var(--muted)}
textarea{width:100%;min-height:8rem;padding:.7rem;border:2px solid var(--line);border-radius:.5rem;
font:inherit;color:var(--text);background:var(--panel)}
.note{color:var(--muted);font-size:.9rem;margin:.5rem 0 0}
.wrong{border-inline-start:4px solid #b3261e;padding:.3rem .8rem;margin:0 0 1rem}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
button,.button{font:600 1rem/1.2 var(--font);min-height:2.75rem;padding:.75rem 1.5rem;border:0;cursor:pointer;
border-radius:var(--radius);background:var(--primary);color:var(--on);text-decoration:none;display:inline-block}
button.quiet{background:none;color:var(--text);text-decoration:underline}
a{color:inherit}
h1{font:600 1.5rem/1.3 var(--heading);margin:0 0 .75rem}
"""


def survey_page(kit: BrandKit, language: str, title: str, content: str, *, status: int = 200) -> HTMLResponse:
    """A page; `content` is HTML, `title` is text."""
    colors = kit.colors
    line = "color-mix(in srgb, var(--text) 55%, var(--panel))"
    look = (
        f":root{{--page:{colors.page};--panel:{colors.panel};--text:{colors.text};--muted:{colors.muted};"
        f"--primary:{colors.primary};--on:{colors.on_primary};--line:{line};--radius:{kit.radius}px;"
        f"--font:{FONT_STACKS[kit.body_font]};--heading:{FONT_STACKS[kit.heading_font]}}}"
    )
    direction = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
    text = (
        f'<!doctype html><html lang="{html.escape(language)}" dir="{direction}"><head><meta charset="utf-8">'
        f'<title>{html.escape(title)}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{look}{_STYLE}</style></head><body><main>{_brand(kit)}<div class="panel">{content}</div></main>'
        "</body></html>"
    )
    return HTMLResponse(text, status_code=status, headers=NEVER_KEPT | {"Content-Security-Policy": _POLICY})


def _brand(kit: BrandKit) -> str:
    if kit.logo_url.startswith(("http://", "https://")):
        picture = f'<img src="{html.escape(kit.logo_url)}" alt="{html.escape(kit.name)}">'
        return f'<div class="brand">{picture}</div>'
    return f'<div class="brand">{html.escape(kit.name)}</div>' if kit.name else ""


def language_of(visit: Visit) -> str:
    """The language in which the survey is shown to this customer."""
    spoken = visit.language
    return spoken if spoken and spoken in visit.survey.questions[0].prompt else visit.survey.language


def question_form(
    visit: Visit, question: SurveyQuestion, chosen: Value | None, *, wrong: str = "", doubt: bool = False,
    passed: str = "",
) -> str:  # fmt: skip
    """The form of a question.

    Args:
        visit: whose.
        question: which.
        chosen: what is selected before they do anything.
        wrong: what was wrong with the answer that they gave.
        doubt: whether it may be a program that answers: one more button.
        passed: questions that they left out, with commas.

    """
    language = language_of(visit)
    words, said = words_of(language), visit.survey.said
    prompt = html.escape(said(question.prompt, language))
    note = f'<p class="wrong" role="alert">{html.escape(wrong)}</p>' if wrong else ""
    note += f'<p class="wrong" role="alert">{words["doubt"]}</p>' if doubt else ""
    if question.kind == "text":
        value = html.escape(chosen if isinstance(chosen, str) else "")
        fields = (
            f'<label class="prompt" for="answer" style="display:block">{prompt}</label>'
            f'<textarea id="answer" name="answer" maxlength="{LONGEST_TEXT}" rows="5"'
            f"{' required' if question.required else ''}>{value}</textarea>"
        )
    else:
        fields = f"<fieldset><legend>{prompt}</legend>{_choices(visit, question, chosen, language)}</fieldset>"
    skip = (
        ""
        if question.required
        else f'<button class="quiet" name="skip" value="1" formnovalidate>{words["skip"]}</button>'
    )
    send = words["sure"] if doubt else words["send"]
    sure = '<input type="hidden" name="sure" value="1">' if doubt else ""
    trial = f'<p class="note">{words["test"]}</p>' if visit.invitation.test else ""
    return (
        f'<form method="post">{note}<input type="hidden" name="question" value="{question.id}">'
        f'<input type="hidden" name="passed" value="{html.escape(passed)}">{sure}{fields}'
        f'<div class="buttons"><button type="submit">{send}</button>{skip}</div>{trial}</form>'
    )


def _choices(visit: Visit, question: SurveyQuestion, chosen: Value | None, language: str) -> str:
    words, said = words_of(language), visit.survey.said
    picked = [str(each) for each in chosen] if isinstance(chosen, list) else [str(chosen)]
    several = question.kind == "multiple"
    rows = "".join(
        _choice(question, value, label, value in picked, several=several)
        for value, label in _labels(visit, question, words, language)
    )
    shape = "scale" if question.kind in SCALES or question.kind == "yes_no" else "list"
    ends = ""
    if question.low or question.high:
        low, high = html.escape(said(question.low, language)), html.escape(said(question.high, language))
        ends = f'<div class="ends"><span>{low}</span><span>{high}</span></div>'
    note = f'<p class="note">{words["several"]}</p>' if several else ""
    return f'<div class="{shape}">{rows}</div>{ends}{note}'


def _labels(visit: Visit, question: SurveyQuestion, words: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """Value and text of everything that can be chosen."""
    if question.kind in SCALES:
        low, high = SCALES[question.kind]
        return [(str(score), "★" * score if question.kind == "stars" else str(score)) for score in range(low, high + 1)]
    if question.kind == "yes_no":
        return [("yes", words["yes"]), ("no", words["no"])]
    return [(option.id, visit.survey.said(option.label, language)) for option in question.options]


def _choice(question: SurveyQuestion, value: str, label: str, picked: bool, *, several: bool) -> str:
    kind = "checkbox" if several else "radio"
    spoken = f' aria-label="{value} / 5"' if question.kind == "stars" else ""
    required = " required" if question.required and not several else ""
    return (
        f'<div class="choice"><input type="{kind}" id="a-{value}" name="answer" value="{value}"{spoken}'
        f"{' checked' if picked else ''}{required}>"
        f'<label for="a-{value}">{html.escape(label)}</label></div>'
    )


def thanks(visit: Visit, path: str) -> tuple[str, str]:
    """Title and content of the last page."""
    language, survey = language_of(visit), visit.survey
    words = words_of(language)
    said = survey.said(survey.thanks, language) or words["thanks"]
    link = ""
    if survey.thanks_link:
        label = survey.said(survey.thanks_link_label, language) or survey.thanks_link
        link = f'<p><a class="button" href="{html.escape(survey.thanks_link)}">{html.escape(label)}</a></p>'
    first = survey.questions[0].id
    change = "" if visit.closed else f'<p class="note"><a href="{path}?q={first}">{words["change"]}</a></p>'
    return said, f'<h1>{html.escape(said)}</h1><p role="status">{words["saved"]}</p>{link}{change}'


def closed(visit: Visit) -> tuple[str, str]:
    """Title and content where no answer is taken any more."""
    words = words_of(language_of(visit))
    assert visit.closed is not None
    return words["closed"], f"<h1>{words['closed']}</h1><p>{words[visit.closed]}</p>"
