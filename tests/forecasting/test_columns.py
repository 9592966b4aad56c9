import pytest

from forecasting.columns import fold, map_columns
from forecasting.errors import InvalidArgumentError
from forecasting.findings import AmbiguousColumnError, MissingColumnError
from tests.forecasting.builders_files import table_of

SYNONYMS = {"calls": ("gelen", "calls"), "aht_s": ("aht", "gorusmesuresi")}


@pytest.mark.parametrize(
    "name",
    [
        "Görüşme Süresi",
        "GÖRÜŞME SÜRESİ",
        "gorusme_suresi",
        "GoruşmeSüresi",
        "GÖRÜŞME-süresi",
    ],
)
def test_names_fold_alike_in_any_case_and_alphabet(name: str) -> None:
    assert fold(name) == "gorusmesuresi"


def test_all_four_letters_i_are_one() -> None:
    assert {fold(name) for name in ("ILIK", "ılık", "İLİK", "ilik")} == {"ilik"}


def test_the_preferred_name_wins_and_the_rest_is_unused() -> None:
    columns = map_columns(table_of("calls,gelen,not", "1,2,3"), SYNONYMS, {})

    assert columns.names == {"calls": "gelen"}
    assert columns.unused == ("calls", "not")


def test_a_unit_in_brackets_is_no_part_of_the_name_but_other_words_are() -> None:
    table = table_of("Gelen (adet),Gelen (20 sn içinde),AHT [dk]", "1,2,3")

    columns = map_columns(table, SYNONYMS, {})

    assert columns.indices == {"calls": 0, "aht_s": 2}
    assert columns.in_minutes == {"aht_s"}


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(AmbiguousColumnError, match="Gelen and GELEN"):
        map_columns(table_of("Gelen,GELEN", "1,2"), SYNONYMS, {})


def test_a_chosen_column_goes_before_the_names() -> None:
    columns = map_columns(table_of("gelen,x", "1,2"), SYNONYMS, {"calls": "X"})

    assert columns.names == {"calls": "x"}


def test_a_choice_that_cannot_be_met_is_refused() -> None:
    table = table_of("gelen,x", "1,2")

    with pytest.raises(MissingColumnError, match="y"):
        map_columns(table, SYNONYMS, {"calls": "y"})
    with pytest.raises(InvalidArgumentError, match="calls, aht_s"):
        map_columns(table, SYNONYMS, {"agents": "x"})


def test_the_word_for_a_count_is_no_part_of_the_name() -> None:
    columns = map_columns(table_of("GELEN SAYISI,Adet", "1,2"), SYNONYMS, {})

    assert columns.indices == {"calls": 0}
