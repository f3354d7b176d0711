"""``python -m qa_pipeline`` is ``hotline-qa``."""

from qa_pipeline.cli import main

if __name__ == "__main__":
    main()
