"""Group bots: what each vendor wants to be sent, and what its answers mean.

The code in the body decides; HTTP 200 says only that something answered.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

from kuancheng.notices import sender
from kuancheng.notices.channels.outcome import SENT, Claim, Outcome, failed, later, unknown
from kuancheng.notices.choices import Channel
from kuancheng.notices.models import Bot
from kuancheng.notices.rules.signing import dingtalk_sign, feishu_sign

JsonObject = dict[str, object]

MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)


@dataclass(frozen=True)
class Vendor:
    """A messenger whose groups take messages.

    `limit` is in bytes of the text. `sample` is what its webhook begins with. `target` and `body`
    make of a bot, a text and the time (seconds since 1970) the whole address and what is posted.
    `code_of` and `said_in` are the fields of an answer, `busy` the codes of too many messages,
    `meanings` those of refusals that people can mend.
    """

    limit: int
    sample: str
    target: Callable[[Bot, float], str]
    body: Callable[[Bot, str, float], JsonObject]
    code_of: str
    said_in: str
    busy: tuple[int, ...]
    shut: timedelta
    meanings: Mapping[int, str]


def _with_token(name: str) -> Callable[[Bot, float], str]:
    def target(bot: Bot, now: float) -> str:
        return f"{bot.address}?{name}={quote(bot.token, safe='')}"

    return target


def _dingtalk_target(bot: Bot, now: float) -> str:
    address = _with_token("access_token")(bot, now)
    if not bot.secret:
        return address
    milliseconds = int(now * 1000)
    sign = quote(dingtalk_sign(bot.secret, milliseconds), safe="")
    return f"{address}&timestamp={milliseconds}&sign={sign}"


def _text(bot: Bot, text: str, now: float) -> JsonObject:
    return {"msgtype": "text", "text": {"content": text}}


def _feishu_text(bot: Bot, text: str, now: float) -> JsonObject:
    body: JsonObject = {"msg_type": "text", "content": {"text": text}}
    if bot.secret:
        seconds = int(now)
        body |= {"timestamp": str(seconds), "sign": feishu_sign(bot.secret, seconds)}
    return body


VENDORS = {
    Channel.WECOM: Vendor(
        limit=2_048,
        sample="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
        target=_with_token("key"),
        body=_text,
        code_of="errcode",
        said_in="errmsg",
        busy=(45009,),
        shut=MINUTE,
        meanings={
            93000: "地址无效或机器人已被移出群，请重新复制接口地址",
            40058: "消息格式或长度不符",
        },
    ),
    Channel.DINGTALK: Vendor(
        limit=15_000,
        sample="https://oapi.dingtalk.com/robot/send?access_token=",
        target=_dingtalk_target,
        body=_text,
        code_of="errcode",
        said_in="errmsg",
        busy=(130101,),
        shut=TEN_MINUTES,
        meanings={310000: "加签密钥、关键词或来源地址与机器人的安全设置不符"},
    ),
    Channel.FEISHU: Vendor(
        limit=15_000,
        sample="https://open.feishu.cn/open-apis/bot/v2/hook/",
        target=lambda bot, now: f"{bot.address}/{quote(bot.token, safe='')}",
        body=_feishu_text,
        code_of="code",
        said_in="msg",
        busy=(11232,),
        shut=MINUTE,
        meanings={
            19021: "加签密钥不对，或服务器时间偏差超过 1 小时",
            19024: "消息不含设置的关键词",
            19022: "服务器地址不在机器人的白名单里",
            19001: "地址无效或机器人已被移出群，请重新复制接口地址",
            19002: "消息格式不符",
        },
    ),
}


def send(bot: Bot, text: str, claim: Claim) -> Outcome:
    """Sends one text to the bot's group."""
    vendor = VENDORS[Channel(bot.channel)]
    now = time.time()
    body = json.dumps(vendor.body(bot, text, now), ensure_ascii=False).encode()
    try:
        answer = sender.post(vendor.target(bot, now), body, before_writing=claim)
    except sender.NotSent as error:
        return later(str(error)) if error.passing else failed(str(error))
    except sender.Uncertain as error:
        return unknown(str(error))
    outcome = judge(vendor, answer)
    return replace(outcome, words=_without_secrets(bot, outcome.words))


def _without_secrets(bot: Bot, words: str) -> str:
    """An answer may quote what it was sent."""
    for each in (bot.token, bot.secret):
        words = words.replace(each, "***") if each else words
    return words


def judge(vendor: Vendor, answer: sender.Answer) -> Outcome:
    """What an answer means."""
    if answer.status in {429, 503}:
        return later(f"对方繁忙（HTTP {answer.status}）。", vendor.shut)
    if 300 <= answer.status < 500:
        return failed(f"对方没有接受（HTTP {answer.status}），请检查接口地址。")
    code, said = _code(vendor, answer.body)
    if code is None or answer.status >= 500:
        return unknown(f"对方的答复无法识别（HTTP {answer.status}），不能确定是否收到。")
    if code == 0:
        return SENT
    if code in vendor.busy:
        return later(f"对方限制发送频率（{code}）。", vendor.shut)
    return failed(f"对方没有接受（{code}）：{vendor.meanings.get(code, said)}"[:200])


def _code(vendor: Vendor, body: bytes) -> tuple[int | None, str]:
    """The answer's code and words; no code where there is none, so that none is taken for 0."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None, ""
    code = found.get(vendor.code_of) if isinstance(found, dict) else None
    if not isinstance(code, int) or isinstance(code, bool):
        return None, ""
    return code, str(found.get(vendor.said_in, ""))


def taken_apart(channel: Channel, webhook: str) -> tuple[str, str]:
    """The webhook as its vendor shows it, in two: what may be seen of it, and its token.

    ValueError, in Chinese, for one that is not of that vendor's shape or may not be sent to.
    """
    sample = VENDORS[channel].sample
    mark = "/hook/" if channel == Channel.FEISHU else f"?{sample.partition('?')[2]}"
    address, found, token = webhook.strip().partition(mark)
    if not found or not token or any(each in token for each in "/?&#"):
        raise ValueError(f"请粘贴完整的接口地址，形如 {sample}……")
    if channel == Channel.FEISHU:
        address += "/hook"
    try:
        sender.check_address(address)
    except sender.NotSent as error:
        raise ValueError(str(error)) from None
    return address, token
