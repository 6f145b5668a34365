"""An evaluator in OpenEvolve's form that takes a fixed time and keeps a journal of it.

It sleeps, as a stand-in for a GPU's time: what is measured is the scheduler. The benchmark copies
it beside a `settings.json` with `seconds` and `journal`.
"""

import hashlib
import json
import os
import time
from pathlib import Path

SETTINGS = json.loads((Path(__file__).parent / "settings.json").read_text())


def evaluate(program_path: str) -> dict[str, float]:
    """Return a score that follows from the program's text alone."""
    began = time.time()
    text = Path(program_path).read_bytes()
    time.sleep(max(0.0, SETTINGS["seconds"] - (time.time() - began)))
    line = json.dumps({"began": began, "ended": time.time()}) + "\n"
    journal = os.open(SETTINGS["journal"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(journal, line.encode())
    os.close(journal)
    return {"combined_score": 1.0 + hashlib.sha256(text).digest()[0] / 256}
