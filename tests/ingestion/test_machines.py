# ruff: noqa: E501
"""Programs that people read with, and programs that read for nobody, as they really call themselves."""

import pytest

from ingestion.machine_detection import names_machine

PEOPLE = """
Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13228; Pro)
Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; .NET4.0C; .NET4.0E; Microsoft Outlook 16.0.4266; ms-office; MSOffice 16)
Microsoft Office Outlook/16.0.14326.20454 (Windows/10.0; Desktop x64; en-US; Desktop app; Dell Inc./XPS)
Outlook-iOS/709.2226530.prod.iphone (3.24.1)
Mozilla/5.0 (Linux; Android 12; M bot 60) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/104.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.181 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0 Mobile Safari/537.36
Mozilla/5.0 (iPhone; CPU iPhone OS 14_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Slack_SSB/4.18.0
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.29.149 Chrome/108.0.5359.179 Electron/22.1.0 Safari/537.36 Sonic Slack_SSB/4.29.149
Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 Telegram-Android/10.0.5 (Samsung SM-G991B; Android 13; SDK 33; HIGH)
Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 290.0.0.13.76 (iPhone13,2; iOS 16_5; it_IT; it; scale=3.00; 1170x2532)
Mozilla/5.0 (iPhone; CPU iPhone OS 15_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBDV/iPhone12,1;FBMD/iPhone;FBSN/iOS;FBSV/15.6]
Mozilla/5.0 (Linux; Android 11; SM-A125F) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/115.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/427.0.0.31.63;]
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15
Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1
Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Thunderbird/115.5.0
Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)
YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html
Mozilla/5.0 (Linux; Android 8.1.0; Redmi Note 5) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/9.2 Chrome/67 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 12; WhatsApp) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/110 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 GSA/14.15 Mobile Safari/537.36
Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119 Safari/537.36 Edg/119
Mozilla/5.0 (Linux; U; Android 4.4.2; en-us; Kindle) AppleWebKit/537.36 Silk/3.68 like Chrome/39 Safari/537.36
Dalvik/2.1.0 (Linux; U; Android 11; Pixel 5 Build/RQ3A)
AppleMail/3731.700.6
Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 Snapchat/12.80
""".strip().splitlines()
MACHINES = """
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
WhatsApp/2.23.20.0 A
WhatsApp/2.2350.2 W
TelegramBot (like TwitterBot)
Twitterbot/1.0
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
Slack-ImgProxy (+https://api.slack.com/robots)
Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)
LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)
SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com
Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5
curl/8.4.0
Wget/1.21.3
python-requests/2.31.0
Python-urllib/3.11
python-httpx/0.27.0
aiohttp/3.9.1
Go-http-client/1.1
okhttp/4.9.3
Java/17.0.2
Apache-HttpClient/4.5.13 (Java/11.0.16)
node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
axios/1.6.2
HeadlessChrome/119.0
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/119.0.0.0 Safari/537.36
Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)
Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)
Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
Barracuda Sentinel (EE)
BarracudaCentral
Mozilla/5.0 (compatible; proofpoint-urldefense/1.0)
Mimecast-URL-Protect/1.0
ms-office-safelinks/1.0
libwww-perl/6.67
Applebot/0.1
Mozilla/5.0 (iPhone; CPU iPhone OS 8_3) AppleWebKit/600.1.4 Version/8.0 Mobile Safari/600.1.4 (compatible; AdsBot-Google-Mobile; +http://www.google.com/mobile/adsbot.html)
GuzzleHttp/7
Mozilla/5.0 (compatible; GoogleDocs; apps-spreadsheets; +http://docs.google.com)
Iframely/1.3.1 (+https://iframely.com/docs/about)
Mozilla/5.0 (compatible; Symantec-Email-Security.cloud)
TrendMicro-Email-Inspector
""".strip().splitlines()


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_persons_program(agent: str):
    assert not names_machine(agent)


@pytest.mark.parametrize("agent", [*MACHINES, "Mozilla/5.0"])
def test_a_machine(agent: str):
    assert names_machine(agent)
