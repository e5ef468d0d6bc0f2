"""Roles of staff, and the words by which colleagues name them."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """What somebody does for the community."""

    DUTY_CLERK = "duty_clerk"  # 值班员
    GRID_WORKER = "grid_worker"  # 网格员
    GRID_LEADER = "grid_leader"  # 网格长
    PROPERTY = "property"  # 物业
    POINTS_KEEPER = "points_keeper"  # 积分管理员
    VOLUNTEER = "volunteer"  # 志愿者
    DEPUTY = "deputy"  # 副主任
    DIRECTOR = "director"  # 主任


ROLE_WORDS: dict[str, Role] = {
    "值班员": Role.DUTY_CLERK,
    "值班": Role.DUTY_CLERK,
    "网格员": Role.GRID_WORKER,
    "网格长": Role.GRID_LEADER,
    "物业": Role.PROPERTY,
    "积分管理员": Role.POINTS_KEEPER,
    "志愿者": Role.VOLUNTEER,
    "副主任": Role.DEPUTY,
    "主任": Role.DIRECTOR,
    "duty": Role.DUTY_CLERK,
    "property": Role.PROPERTY,
    "leader": Role.GRID_LEADER,
    "deputy": Role.DEPUTY,
    "director": Role.DIRECTOR,
}

CODE_LENGTH = 2
CODE_TRIES = 3  # a two-digit code has 90 values: the third wrong one voids it
# After so many wrong ones somebody may be guessing, code after code, from a forged number. Longer
# codes shut him out and nobody else: a lock would shut out whom he pretends to be.
GUESSED_LENGTH = 6
GUESSED_DAYS = 7
CODE_WAITS_MINUTES = 30
CODE_SERVES_MINUTES = 30
