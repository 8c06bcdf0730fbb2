from goals.forms.evidence import EvidenceForm
from goals.forms.life import ChangeForm, CheckInForm
from goals.forms.objectives import ObjectiveForm
from goals.forms.plan import CarryOverForm, GoalForm, ShareForm, TemplateForm

__all__ = [
    "CarryOverForm",
    "ChangeForm",
    "CheckInForm",
    "EvidenceForm",
    "GoalForm",
    "ObjectiveForm",
    "ShareForm",
    "TemplateForm",
]
