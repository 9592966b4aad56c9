"""Tables as columns and constraints; rules that need more than one row are services'.

In reading order: base, people, audit, demand, rotas, leave, staffing, calls,
quality, jobs. Importing this package registers every table.
"""

from webapp.models import (
    audit,
    calls,
    demand,
    jobs,
    leave,
    people,
    quality,
    rotas,
    staffing,
)
from webapp.models.base import Base

__all__ = [
    "Base",
    "audit",
    "calls",
    "demand",
    "jobs",
    "leave",
    "people",
    "quality",
    "rotas",
    "staffing",
]
