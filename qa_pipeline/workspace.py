"""Making a workspace: the folder that holds one centre's database, recordings, standards and reports."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import SettingsError
from qa_pipeline.settings import SETTINGS_FILE, Settings, load_settings
from qa_pipeline.store.session import open_store

SETTINGS_TEXT = """\
# Settings of this workspace; every name may also come from the environment as HOTLINE_QA_<NAME>.
# model: whisper-base          # the packaged weights; or a folder with a CTranslate2 model; or a hub name
# engine: auto                 # whisper, sherpa (a folder of sherpa-onnx) or endpoint; see docs/engines.md
# endpoint_url: http://10.0.0.5:8000/v1   # a transcription server: recordings are sent there and nowhere else
# device: auto                 # auto, cpu or cuda
# threads: 2
# quota_per_operator: 20       # calls heard of each operator a month
# min_calls: 10                # a month with fewer calls is never a strike
# database_url: postgresql+psycopg://...   # default: SQLite in this folder; a secret goes to database_url_file
scorecard: scorecard.yaml
ruleset: ruleset.yaml
"""


def init_workspace(root: Path) -> tuple[Settings, sessionmaker[Session]]:
    """Make the folders, the settings, the default scorecard and ruleset, and the database.

    Files that exist are left as they are, so that a second call repairs and never overwrites.

    Raises:
        SettingsError: The folder cannot be written.
    """
    shipped = {
        SETTINGS_FILE: SETTINGS_TEXT,
        "scorecard.yaml": (files("scoring") / "scorecards" / "default-2026.yaml").read_text(encoding="utf-8"),
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
    return settings, open_store(settings.url, create=True)
