from cockpit.ays.hrd_layout import layouts


def first(lines, former, value):
    return next(layouts(lines, former, value))


def test_head_keeps_its_spaces_and_its_comment():
    assert first([" a  =  1   # x"], "1", "2") == [" a  =  2   # x"]
    assert first(["a ="], "", "2") == ["a = 2"]


def test_list_stays_in_the_form_it_has():
    assert first(["a = x, y"], ["x", "y"], ["z"]) == ["a = z,"]
    assert first(["a =", "\tx,", "\ty,"], ["x", "y"], ["y", "z"]) == ["a =", "\ty,", "\t'z',"]


def test_equal_items_are_kept_one_for_one():
    lines = ["a =", " x, # 1", " x, # 2"]

    assert first(lines, ["x", "x"], ["x", "x", "x"]) == [*lines, " 'x',"]
    assert first(lines, ["x", "x"], ["x"]) == ["a =", " x, # 1", "    # 2"]


def test_line_of_several_items_gives_its_comment_and_goes():
    assert first(["a =", " x, y, # both"], ["x", "y"], ["x"]) == ["a =", " 'x',", "    # both"]


def test_lines_of_a_broken_dict_leave_their_comments():
    found = list(layouts(["a =", " k:v,", " x, # bad", "# own"], "", {"k": "v"}))

    assert found[0] == ["a =", "    k:'v',", "    # bad", "# own"]


def test_binary_block_leaves_only_the_comments_behind_it():
    block = ["a = b # x", "k = # no comment", "#BINARYEND#########", "# own"]

    assert first(block, b"k = # no comment", "text") == ["a = text # x", "# own"]
    assert first(block, b"k = # no comment", b"\x01") == [
        "a = bqp # x",
        "=01",
        "#BINARYEND#########",
        "# own",
    ]
