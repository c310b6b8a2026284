"""The rows of an own question as a file, which says of itself what was asked, of which exports and by what."""

import hashlib
import re

from cooperation.answers.answer import Evidence
from cooperation.answers.reproduction import made_by_question, part_of_name
from cooperation.documents.csv_files import Flavour, csv_bytes, marks
from cooperation.warehouse.own_questions import QuestionReply

# Two questions that begin alike still have files of two names.
DIGITS_OF_A_QUESTION = 8
LETTERS_OF_A_QUESTION = 40


def question_csv(reply: QuestionReply, evidence: Evidence, flavour: Flavour) -> bytes:
    """Return the rows as CSV, each with its marks behind it; a column of the question's own makes room for them."""
    said = marks(
        is_demonstration=evidence.coverage.is_demonstration,
        made_by=made_by_question(evidence, reply.question),
    )
    moved: dict[str, str] = {}
    for name in said:
        free = f"{name} (column of the question)"
        while free in reply.table.columns:
            free += "_"
        moved[name] = free
    return csv_bytes(reply.table.rename(columns=moved).assign(**said), flavour)


def question_file_name(question: str, evidence: Evidence, flavour: Flavour) -> str:
    """Return the name of the file: how the question begins, a sign of all of it, until when the exports go."""
    lines = (line.strip(" -") for line in question.splitlines())
    first = " ".join(re.findall(r"\w+", next((line for line in lines if line), "")))
    begins = part_of_name(first, LETTERS_OF_A_QUESTION)
    sign = hashlib.sha256(question.encode()).hexdigest()[:DIGITS_OF_A_QUESTION]
    parts = ["own_question", begins, sign, f"until{evidence.last_day:%Y%m%d}", flavour]
    invented = ["demonstration"] if evidence.coverage.is_demonstration else []
    return "_".join([*invented, *(part for part in parts if part)]) + ".csv"
