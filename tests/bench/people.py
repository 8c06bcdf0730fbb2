"""An invented organisation of any size, the same at every run: who they are and whom they report to."""

import csv
import io

FIRST = [
    "Amara", "Luca", "Priya", "Jonas", "Sofie", "Kenji", "Noor", "Elena",
    "Samuel", "Ingrid", "Diego", "Yara", "Anton", "Chiara", "Mateus", "Hana",
]  # fmt: skip
LAST = [
    "Okafor", "Ferrante", "Raman", "Weber", "Lindqvist", "Morita", "Haddad",
    "Petrova", "Adeyemi", "Solberg", "Marquez", "Nasser", "Vogel", "Rossi",
]  # fmt: skip
GRADES = ["MLO1", "MLO2", "MLO2", "MLO3", "MLO3", "MLO3", "MLO4", "MLO4", "MLO5", "MLO6"]
PROFESSIONS = ["peer_mlops_engineer"] * 6 + ["data_scientist", "software_engineer", "product_manager", "stakeholder"]
SPAN = 7  # people per manager; 50,000 people are then seven levels deep
TEAM = 25
DIVISION = 400  # people below the director

COLUMNS = ["email", "name", "job_title", "profession", "grade", "team", "manager_email", "joined_on"]


def address(number: int) -> str:
    return f"p{number}@bench.example"


def division_size(size: int) -> int:
    return min(DIVISION, size // 2)


def manager_of(number: int, size: int) -> int | None:
    """Person 0 leads all; 1 is the director with a division below, the rest is a tree of spans of seven.

    The last person reports to person 2, who leads eight.
    """
    division = division_size(size)
    if number == 0:
        return None
    if number == size - 1:
        return 2
    if number in (1, 2):
        return 0
    if number <= division + 1:
        place = number - 2
        return [1, *range(3, size)][(place - 1) // SPAN]
    rest = number - division - 2
    return 2 if rest < SPAN else division + 2 + (rest - SPAN) // SPAN


def row(number: int, size: int) -> list:
    boss = manager_of(number, size)
    return [
        address(number),
        f"{FIRST[number % 16]} {LAST[number // 16 % 14]} {number}",
        "MLOps engineer",
        PROFESSIONS[number % 10],
        GRADES[number * 7 % 10],
        f"Team {number // TEAM}",
        address(boss) if boss is not None else "",
        f"20{15 + number % 10}-0{1 + number % 9}-15",
    ]


def as_csv(size: int) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows(row(number, size) for number in range(size))
    return file.getvalue().encode()
