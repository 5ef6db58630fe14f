"""Loading categories of reports and rules of competence from tables: the whole file or nothing."""

from incidents.loading.categories import CATEGORY_COLUMNS, category_cells, load_report_categories
from incidents.loading.rules import RULE_COLUMNS, load_rules, rule_cells

__all__ = [
    "CATEGORY_COLUMNS",
    "RULE_COLUMNS",
    "category_cells",
    "load_report_categories",
    "load_rules",
    "rule_cells",
]
