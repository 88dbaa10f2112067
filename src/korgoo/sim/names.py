"""Names of nobody: family names made of words for "example", "fairy tale" or "draft", in Russian spelling."""

from __future__ import annotations

from typing import Final

from korgoo.sim.chance import key_of, pick, unit

MEN: Final = (
    "Азамат", "Бакыт", "Данияр", "Эркин", "Жаныбек", "Канат", "Марат", "Нурлан", "Талант", "Улан",
    "Андрей", "Виктор", "Иван", "Михаил", "Олег", "Павел", "Сергей", "Юрий", "Арман", "Ерлан",
    "Серик", "Тимур",
)  # fmt: skip
WOMEN: Final = (
    "Айгуль", "Айнура", "Бермет", "Гульнара", "Жылдыз", "Кыял", "Мээрим", "Назгуль", "Чолпон", "Элина",
    "Анна", "Вера", "Елена", "Ирина", "Мария", "Ольга", "Светлана", "Татьяна", "Алия", "Асель",
    "Динара", "Сауле",
)  # fmt: skip
FAMILIES: Final = (
    "Примеров", "Образцов", "Выдумкин", "Понарошкин", "Небылицын", "Шаблонов", "Черновиков", "Макетов",
    "Эскизов", "Вымышлев", "Притворов", "Учебнов", "Ульгюбаев", "Мисалбеков", "Жомокбаев", "Ойдонбеков",
    "Сынакбаев", "Кыялбеков", "Мысалбаев", "Ертегиев", "Улгибаев", "Сынамабеков", "Киялбаев", "Жобабеков",
)  # fmt: skip


def made_up_name(key: int, *, woman: bool) -> str:
    """Return family name, given name and an initial, such as "Выдумкин Эркин С."."""
    family = pick(key_of(key, "family"), FAMILIES) + ("а" if woman else "")
    given = pick(key_of(key, "given"), WOMEN if woman else MEN)
    initial = pick(key_of(key, "initial"), "АБВГДЖИКМНОСТУ")
    return f"{family} {given} {initial}."


def is_woman(key: int, share: float) -> bool:
    """Tell whether a person of this key is a woman, in `share` of all."""
    return unit(key_of(key, "woman")) < share
