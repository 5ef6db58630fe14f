"""Widths, themes and languages to see a page in, and what only a page in a browser can do wrong."""

import os
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from playwright.sync_api import Page

#: `make audit`: every page in every look. Otherwise each page once, in looks that take turns.
AUDIT = os.environ.get("MEGDAN_AUDIT") == "1"
PHONE, DESK = 360, 1280
TARGET = 44
MOST_CONTROLS = 400

Thing = TypeVar("Thing")

# Links inside sentences may be lower (WCAG 2.5.8); what looks like a control may not. A box to tick
# is as large as its label, and a card as large as the link that covers it.
SMALL_TARGETS = """least => [...document.querySelectorAll(
  'main :is(button, select, textarea, summary, input:not([type=hidden])), header :is(a, button),'
  + 'a.button, a.chip, .pagination a')]
  .map(control => control.matches('[type=checkbox], [type=radio]')
    ? control.closest('label') ?? control.labels?.[0] ?? control
    : control.closest('.pick') ?? control)
  .filter(control => control.checkVisibility({visibilityProperty: true})
    && !control.closest('.visually-hidden, megdan-map, .skip'))
  .map(control => [control, control.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && Math.round(Math.min(box.width, box.height)) < least)
  .map(([control, box]) => `${control.tagName} ${control.className} `
    + `"${(control.textContent || control.name || '').trim().slice(0, 30)}" `
    + `${Math.round(box.width)}x${Math.round(box.height)}`)"""
MARK_CONTROLS = """() => [...document.querySelectorAll('main :is('
  + 'a[href], button, select, textarea, summary, input:not([type=hidden], [type=radio]))')]
  .filter(control => !control.disabled && control.tabIndex >= 0
    && control.checkVisibility({visibilityProperty: true}))
  .map(control => control.setAttribute('data-unreached', '')).length"""
REACH = """() => {
  const control = document.activeElement;
  control.removeAttribute('data-unreached');
  const styles = [getComputedStyle(control), getComputedStyle(control, '::after')];
  const seen = styles.some(one => one.outlineStyle !== 'none' && one.outlineWidth !== '0px');
  const left = document.querySelectorAll('[data-unreached]').length;
  return [left, seen, control.outerHTML.slice(0, 90)];
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody sees a page."""

    width: int
    theme: str
    language: str

    def __str__(self) -> str:
        """The name of a test."""
        return f"{self.width}-{self.theme}-{self.language}"


LOOKS = [Look(*values) for values in product((PHONE, DESK), ("light", "dark"), ("ro", "bg", "en"))]


def turn_of(look: Look, things: list[Thing]) -> list[Thing]:
    """What this look shows: everything in an audit, else every twelfth."""
    return things if AUDIT else things[LOOKS.index(look) :: len(LOOKS)]


def small_targets(page: Page) -> list[str]:
    """Controls too small for a thumb."""
    found: list[str] = page.evaluate(SMALL_TARGETS, TARGET)
    return [f"{page.url}: small target {control}" for control in found]


def faults_of_keyboard(page: Page) -> list[str]:
    """Controls the Tab key does not reach, or reaches without showing where it is."""
    left = page.evaluate(MARK_CONTROLS)
    faults = []
    for _ in range(min(left + 60, MOST_CONTROLS)):  # the head of the page comes first
        if left == 0:
            break
        page.keyboard.press("Tab")
        left, is_seen, control = page.evaluate(REACH)
        if not is_seen and not control.startswith(("<body", "<html")):
            faults.append(f"{page.url}: no focus to be seen on {control}")
    else:
        if left:
            faults.append(f"{page.url}: {left} controls out of the keyboard's reach")
    return faults
