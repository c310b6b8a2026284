"""An analyst's own question: SQL to the figures themselves, read only, where the settings allow it."""

from cooperation.screen.own_question import (
    are_allowed,
    open_question_desk,
    own_questions_can_be_put,
    show_answer,
    show_box,
    show_examples,
    show_footer,
    show_heading,
    show_how_to_switch_on,
    show_no_data,
    show_refusal,
    show_tables,
)


def render() -> None:
    """Draw the page."""
    desk = open_question_desk()
    show_heading(desk)
    if not are_allowed():
        show_how_to_switch_on(desk)
    elif not own_questions_can_be_put():
        show_refusal(desk)
    elif desk.evidence is None:
        show_no_data(desk)
    else:
        show_examples(desk)
        show_box(desk)
        show_answer(desk)
        show_tables(desk, desk.evidence)
        show_footer(desk)


if __name__ == "__main__":
    from dashboard import main

    main()
