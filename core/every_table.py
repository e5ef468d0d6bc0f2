"""Every table of core, imported so that migrations and tests see the whole schema."""

from core.access import tables as access
from core.alarms import tables as alarms
from core.audit import guards as audit_guards
from core.audit import tables as audit
from core.callbacks import tables as callbacks
from core.calls import tables as calls
from core.cases import tables as cases
from core.communities import tables as communities
from core.consultations import tables as consultations
from core.db import Base
from core.forms import tables as forms
from core.inbound import tables as inbound
from core.learning import tables as learning
from core.loading import tables as loading
from core.notices import tables as notices
from core.outbox import tables as outbox
from core.points import guards as point_guards
from core.points import tables as points
from core.privacy import tables as privacy
from core.questions import tables as questions
from core.reaching import tables as reaching
from core.refusals import tables as refusals
from core.reports import marks as report_marks
from core.reports import tables as reports
from core.residents import tables as residents
from core.rewording import tables as rewording
from core.sound import tables as sound
from core.spending import tables as spending
from core.staff import tables as staff
from core.standing import tables as standing
from core.tasks import tables as tasks
from core.volunteers import tables as volunteers

SUBJECTS = (
    access,
    alarms,
    audit,
    audit_guards,  # adds what the database refuses
    callbacks,
    calls,
    cases,
    communities,
    consultations,
    forms,
    inbound,
    learning,
    loading,
    notices,
    outbox,
    point_guards,  # adds what the database refuses
    points,
    privacy,
    questions,
    reaching,
    refusals,
    report_marks,  # adds what the database marks by itself
    reports,
    residents,
    rewording,
    sound,
    spending,
    staff,
    standing,
    tasks,
    volunteers,
)
METADATA = Base.metadata
