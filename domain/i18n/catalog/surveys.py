"""Surveys: what is refused, and why."""

from collections.abc import Mapping

SURVEYS: Mapping[str, str] = {
    "no_survey": "There is no survey {survey}",
    "survey_key_taken": "Another survey has the key '{key}'",
    "survey_revised": "Somebody changed the survey since it was read",
    "survey_not_running": "The survey {survey} is not running",
    "survey_asked_lately": "was asked by a survey in the last {days} days",
    "survey_link_gone": "This link is not valid any more",
    "no_survey_question": "The survey has no question {question}",
    "survey_closed_ended": "The survey has ended",
    "survey_closed_wave": "The survey has ended: it has been asked anew since",
    "survey_closed_full": "The survey has all the answers that it needs",
    "survey_closed_not_begun": "The survey has not begun",
    "survey_questions_kept": "Somebody has answered: questions, kinds and options stay; texts may change",
    "survey_draft_again": "A survey that was started is no draft again",
    "survey_answer_yes_no": "The answer is yes or no",
    "survey_answer_score": "The answer is a whole number from {low} to {high}",
    "survey_answer_words": "The answer is empty",
    "survey_answer_long": "The answer has more than {most} characters",
    "survey_answer_option": "The answer is none of the options",
    "survey_answer_one": "Only one option can be chosen",
    "survey_theme_unknown": "There is no theme {theme}",
    "survey_theme_itself": "A theme can't be merged into itself",
}
