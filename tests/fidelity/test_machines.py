"""Programs of people and of machines by the names that they give, a list of each kind; both are measured."""

import pytest

from ingestion.machine_detection import names_machine

PEOPLE = """
Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13228; Pro)
Mozilla/4.0 (compatible; ms-office; MSOffice 16)
MacOutlook/16.61.0.220316 (Intelx64 Mac OS X Version 12.3)
Outlook-iOS/709.2226530.prod.iphone (3.24.1)
Outlook-Android/2.0
Mozilla/5.0 (X11; Linux x86_64; rv:91.0) Gecko/20100101 Thunderbird/91.5.0
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)
Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148
Mozilla/5.0 (Linux; Android 9; M bot 60) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 8.1.0; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 11; CUBOT_X50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96 Mobile Safari/537.36
Mozilla/5.0 (Linux; U; Android 4.4.2; de-de; CUBOT P9 Build/KOT49H) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) AtomShell/4.29 Chrome/102 Electron/19 Safari/537.36 Slack_SSB/4.29.149
Mozilla/5.0 (Linux; Android 12; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/105 Mobile Safari/537.36 Telegram-Android/9.0 (Samsung SM-G991B; Android 12; SDK 31; HIGH)
Mozilla/5.0 (iPhone; CPU iPhone OS 15_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBDV/iPhone12,1;FBMD/iPhone]
Mozilla/5.0 (iPhone; CPU iPhone OS 15_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 243.1.0.14.111 (iPhone12,1; iOS 15_5)
Mozilla/5.0 (Linux; Android 13; SM-A536B; WhatsApp) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110 Mobile Safari/537.36
Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.24.8094
Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/234.0.469683393 Mobile/15E148 Safari/604.1
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/1.5.00.28361 Chrome/85 Electron/10.4.7 Safari/537.36
Mozilla/5.0 (Linux; Android 13; Pixel 7; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/110 Mobile Safari/537.36 TeamsMobile-Android
Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]
Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Twitter for iPhone/9.34
Mozilla/5.0 (Linux; Android 12; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/104 Mobile Safari/537.36 trill_2022503040 BytedanceWebview/d8a21c6
Mozilla/5.0 (Linux; Android 12; wv) AppleWebKit/537.36 Chrome/86 MMWEBID/123 MicroMessenger/8.0.28 WeChat/arm64
Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/12.17.0
Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Snapchat/12.0.0.38 (like Safari/604.1)
Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)
YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) KMail2/5.17 QtWebEngine/5.15 Chrome/83 Safari/537.36
Evolution/3.44.0
Mozilla/5.0 (Windows NT 10.0) eMClient/8.2.1473.0
Spark/2.11
Mozilla/4.0 (compatible; Lotus-Notes/6.0; Windows-NT)
Airmail 1.0 rv:148 (Macintosh; Mac OS X 10.8.3)
Mozilla/5.0 (Macintosh; Intel Mac OS X 10.14; rv:60.0) Gecko/20100101 PostboxApp/7.0
Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 Safari/537.36
Opera/9.80 (Android; Opera Mini/36.2/191.256; U; en) Presto/2.12.423 Version/12.16
Mozilla/5.0 (Linux; U; Android 10; en-US; RMX1911) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/78 UCBrowser/13.4 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 12; SAMSUNG SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/19.0 Chrome/102 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/110 Mobile DuckDuckGo/5 Safari/537.36
Mozilla/5.0 (PlayStation; PlayStation 5/6.00) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15
Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/538.1 Version/5.0 TV Safari/538.1
Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0
Mozilla/5.0 (Linux; Android 10; Robotel R1) AppleWebKit/537.36 Chrome/96 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 9; SPIDER X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 5.1; Bmobile AX1050) AppleWebKit/537.36 Chrome/70 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 9; Abbott) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 12; SM-A525F) AppleWebKit/537.36 Chrome/108 Mobile Safari/537.36 de.gmx.mobile.android.mail
Mozilla/5.0 (iPhone; CPU iPhone OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 WEB.DE/7.40
Mozilla/5.0 (Linux; Android 12; SM-A525F; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/108 Mobile Safari/537.36 Viber/18.7
Mozilla/5.0 (Linux; Android 12; SM-G991N; wv) AppleWebKit/537.36 Chrome/104 Mobile Safari/537.36;KAKAOTALK 2409980
Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) discord/1.0.9003 Chrome/91 Electron/13 Safari/537.36
Mozilla/5.0 (Macintosh) Superhuman/1.0 Chrome/110 Electron/22 Safari/537.36
Mozilla/5.0 (Android) Nextcloud-android/3.20
BlueMail/1.9
Mozilla/5.0 (Windows NT 10.0; Win64; x64; WebView/3.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0 Safari/537.36 Edge/18.17763
Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/7.0; Microsoft Outlook 14.0.7155; ms-office; MSOffice 14)
Mozilla/5.0 (X11; Linux x86_64) ProtonMail/1.0 Chrome/110 Safari/537.36
""".strip().splitlines()
MACHINES = """
Mozilla/5.0
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
TelegramBot (like TwitterBot)
Twitterbot/1.0
facebookexternalhit/1.1
WhatsApp/2.23.20.0 A
Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)
Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5
LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)
Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (Applebot/0.1)
curl/8.4.0
Wget/1.21
python-requests/2.31.0
python-httpx/0.25
Python/3.11 aiohttp/3.9
Python-urllib/3.11
Go-http-client/2.0
Java/17.0.1
okhttp/4.12.0
axios/1.6.0
node
undici
node-fetch/1.0
Apache-HttpClient/4.5.13 (Java/11)
libwww-perl/6.67
Ruby
Faraday v2.7
GuzzleHttp/7
PHP/8.2
PostmanRuntime/7.36
insomnia/8
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36
Mozilla/5.0 (Unknown; Linux) PhantomJS/2.1.1 Safari/538.1
Mozilla/5.0 Puppeteer
BarracudaCentral
Mozilla/5.0 (compatible; Barracuda Sentinel (EE))
Mozilla/5.0 (compatible; Mimecast)
Proofpoint URL Defense
Mozilla/5.0 (Windows NT 10.0; Microsoft SafeLinks)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/103
Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.0; +https://openai.com/gptbot)
Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)
Mozilla/5.0 (compatible; PerplexityBot/1.0)
Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)
Mozilla/5.0 (compatible; SemrushBot/7~bl)
Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)
Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)
Datadog/Synthetics
Iframely/1.3.1 (+https://iframely.com/docs/about)
Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)
mattermost-bot/1.1
Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com
Mozilla/5.0 (compatible) ViberUrlPreview
Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)
Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots
Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)
Dart/3.1 (dart:io)
Mozilla/5.0 (compatible; Cisco IronPort)
FortiGuard
Symantec.cloud
TrendMicro
VadeSecure
Mozilla/5.0 (compatible; Google-Safety; +http://www.google.com/bot.html)
AdsBot-Google
FeedFetcher-Google
GoogleOther
DuckAssistBot/1.2
Mozilla/5.0 (compatible; YandexBot/3.0)
Mozilla/5.0 (compatible; Baiduspider/2.0)
Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)
Mozilla/5.0 (compatible; Amazonbot/0.1)
Sogou web spider/4.0
Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0; +http://go.mail.ru/help/robots)
Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)
check_http/v2.3 (nagios-plugins)
Zapier
Microsoft Office Existence Discovery
Microsoft Office Protocol Discovery
Scrapy/2.11
selenium/4
Playwright/1.40
Mozilla/5.0 Chrome-Lighthouse
W3C_Validator/1.3
WinHttp
Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1
RestSharp/106
Mozilla/4.0 (compatible;)
LinkChecker/10
urlscan.io
virustotalcloud
""".strip().splitlines()


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_persons_program(agent: str):
    assert not names_machine(agent)


@pytest.mark.parametrize("agent", [*MACHINES, "Mozilla/5.0"])
def test_a_machine(agent: str):
    assert names_machine(agent)


MODELS = (
    "M bot 60",
    "CUBOT NOTE 20",
    "CUBOT_X50",
    "SPIDER X",
    "Robotel R1",
    "Abbott",
    "iBot 5",
    "Scanner S1",
    "Preview P2",
)


@pytest.mark.parametrize("model", MODELS)
def test_a_telephone_whose_name_is_like_a_machines(model: str):
    browser = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/104.0.0.0 Mobile Safari/537.36"
    assert not names_machine(f"Mozilla/5.0 (Linux; Android 12; {model}) {browser}")
    assert not names_machine(f"Mozilla/5.0 (Linux; Android 10; {model} Build/QP1A) {browser}")
    # a machine that looks like a telephone says so behind it
    assert names_machine(f"Mozilla/5.0 (Linux; Android 6.0.1; {model}) {browser} (compatible; Googlebot/2.1)")
