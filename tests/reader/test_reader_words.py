"""Dates as their readers write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handbill.reader.words import solar, words


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2020, 3, 20), (1399, 1, 1)),
        (date(2021, 3, 20), (1399, 12, 30)),
        (date(2021, 3, 21), (1400, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(2025, 3, 21), (1404, 1, 1)),
        (date(2026, 1, 1), (1404, 10, 11)),
        (date(2026, 3, 20), (1404, 12, 29)),
        (date(2026, 9, 22), (1405, 6, 31)),
        (date(2026, 9, 23), (1405, 7, 1)),
        (date(2029, 3, 20), (1408, 1, 1)),
        (date(2030, 3, 20), (1408, 12, 30)),
    ],
)
def test_the_solar_calendar_agrees_with_the_printed_ones(
    day: date, expected: tuple[int, int, int]
) -> None:
    assert solar(day) == expected


def test_solar_days_follow_each_other() -> None:
    day, last = date(1900, 1, 1), solar(date(1899, 12, 31))
    while day.year < 2100:
        year, month, number = solar(day)
        begins = (year, month) != last[:2]
        assert number == (1 if begins else last[2] + 1)
        assert number <= (31 if month <= 6 else 30)
        assert (year, month) in (last[:2], (last[0], last[1] + 1), (last[0] + 1, 1))
        day, last = day + timedelta(days=1), (year, month, number)


def test_a_persian_date_stands_in_both_calendars() -> None:
    assert words("fa").day(date(2026, 11, 25)) == "۴ آذر ۱۴۰۵ (۲۵ نوامبر ۲۰۲۶)"
    assert words("ar").day(date(2026, 11, 25)) == "٢٥ نوفمبر ٢٠٢٦"
    assert words("en").day(date(2026, 11, 25)) == "25 November 2026"
