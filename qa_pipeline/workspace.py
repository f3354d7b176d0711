"""Making a workspace: the folder that holds one centre's database, recordings, standards and reports."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import SettingsError
from qa_pipeline.settings import SETTINGS_FILE, Settings, load_settings
from qa_pipeline.store.queries.standings import is_behind, rebuild
from qa_pipeline.store.session import open_store

SETTINGS_TEXT = """\
# 本工作区的设置。去掉行首的 # 即生效；也可用环境变量 HOTLINE_QA_<大写名称>。
# Settings of this workspace; take the # away to set one. Each may also come from the environment as HOTLINE_QA_<NAME>.

# 识别引擎：怎么选见 docs/engines.md；改动后，未结账月份抽中的通话会重新转写、重新评分。
# The recogniser, see docs/engines.md; a change transcribes and judges the drawn calls of open months anew.
# engine: auto              # auto、whisper、sherpa（sherpa-onnx 模型文件夹）、endpoint（识别服务）
# model: whisper-base       # 随装模型；或模型文件夹、名称 / the packaged weights, a folder, or a name
# pace: balanced            # careful 较准较慢、balanced、fast 较快较粗（仅 Whisper）/ words against speed (Whisper)
# device: auto              # auto、cpu、cuda（显卡 / GPU）
# compute_type: int8        # int8；显卡可用 float16 / int8, on a GPU float16
# threads: 2                # 识别用几个处理器线程 / CPU threads of recognition
# correct_terms: true       # 按读音更正业务词；false 为识别原样 / correct words of the trade by sound

# 识别服务：录音会发送到该地址，只有确认它在可信网络内才设置。
# A transcription server: recordings are sent to this address; set it only inside a network that you trust.
# endpoint_url: http://10.0.0.5:8000/v1
# endpoint_key_file: endpoint.key   # 存放密钥的文件，密钥不要写在这里 / the file that holds the key, never the key
# endpoint_requests: 4      # 同时发送几个请求 / requests under way at once
# endpoint_timeout_s: 120   # 等一个答复最多几秒 / longest wait for one answer
# assumed_confidence: 0.93  # 引擎不给出把握时，实测的字正确率；量法见 docs/engines.md，没有实测请勿填写
#                           # share of right characters measured for an engine that tells no confidence; never guess

# 语言模型对解答的第二意见：默认不用；通话文字会发送到该地址。它只能提示人工，不能扣分。
# A language model's second opinion on answers: off by default; transcripts are sent there; it never takes a point.
# opinion_url: http://10.0.0.5:8000/v1
# opinion_model: qwen2.5-7b-instruct
# opinion_key_file: opinion.key
# opinion_timeout_s: 60

# 抽样与评分 / Sampling and scoring
# quota_per_operator: 20    # 每人每月听几通 / calls heard of each operator a month
# min_calls: 10             # 少于几通的月份不计入连续不合格 / a month with fewer calls is never a strike
# rule_floor: 0.80          # 规则准确率 95% 区间的下限不高于此值，自动降为只提示 / below it a rule only advises
# rule_min_reviews: 20      # 一条规则至少复核几次才下结论 / reviews of a rule before its precision is told
# rule_window: 200          # 只看每条规则最近几次复核 / so many of a rule's latest reviews count
# unproven_rules: as_written   # 复核不足的规则：as_written 按规则集，advise 只提示 / rules with too few reviews

# 监督记录与申诉 / Supervision notices and appeals
# centre_name: 某市12345政务服务便民热线中心   # 通报上的单位名称 / the centre's name on printed notices
# notice_basis: 《……》（×发〔20××〕×号）第×条的规定   # 通报批评的依据，写明了才能打印 / the rule that notices quote
# notice_max_points: 5      # 一份监督记录最多扣几分 / most points that one notice takes
# notice_max_month: 10      # 一个月的监督记录合计最多扣几分 / most points that notices take of a month
# appeal_workdays: 5        # 结账后几个工作日内可以申诉 / working days to appeal after a month is settled
# decide_workdays: 5        # 收到申诉后几个工作日内应当裁定 / working days in which an appeal is to be decided
# workdays_file: workdays.csv   # 本单位的节假日与调休（列：日期,类型；类型填 休息 或 上班）/ own holidays and workdays

scorecard: scorecard.yaml
ruleset: ruleset.yaml
pay_scheme: pay_scheme.yaml
# payroll_layout: payroll_columns.yaml   # 绩效表的列，默认见程序的 reports/payroll_layout.yaml / the payroll's columns

# 其他 / Others
# language: zh              # 界面和报告的语言：zh、en / language of screens and reports
# max_recording_minutes: 120   # 更长的录音不收 / longer recordings are refused
# database_url: postgresql+psycopg://...   # 默认 SQLite；含密码的写入 database_url_file / a secret goes to a file
"""


def init_workspace(root: Path) -> tuple[Settings, sessionmaker[Session]]:
    """Make the folders, the settings, the default scorecard, pay scheme and ruleset, and the database.

    Files that exist are left as they are, so that a second call repairs and never overwrites.

    Raises:
        SettingsError: The folder cannot be written.
    """
    shipped = {
        SETTINGS_FILE: SETTINGS_TEXT,
        "scorecard.yaml": (files("scoring") / "scorecards" / "default-2026.yaml").read_text(encoding="utf-8"),
        "pay_scheme.yaml": (files("scoring") / "schemes" / "default-2026.yaml").read_text(encoding="utf-8"),
        "ruleset.yaml": (files("qa_pipeline.rules") / "rulesets" / "default.yaml").read_text(encoding="utf-8"),
    }
    try:
        for folder in (root, root / "recordings", root / "reports"):
            folder.mkdir(parents=True, exist_ok=True)
        for name, text in shipped.items():
            if not (root / name).exists():
                (root / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"workspace {root.resolve()}: {error.strerror}", "choose a folder that you may write"
        ) from error
    settings = load_settings(root)
    sessions = open_store(settings.url, create=True)
    with sessions.begin() as session:
        if is_behind(session):  # a store of a version that did not keep it yet
            rebuild(session)
    return settings, sessions
