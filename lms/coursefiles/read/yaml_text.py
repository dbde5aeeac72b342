"""Reads the small, plain part of YAML that authors need, with a line for every value and every fault."""

import re

import yaml

from lms.coursefiles.read.entries import Entry, Mapping
from lms.faults import FaultList, shortened
from lms.markup.invisible_characters import code_point, invisible_characters

_FIX = "Write one `name: value` on each line, with quotes around odd text."
_COLON = 'A colon within the value needs quotes around it: `title: "Work: the first day"`.'
MOST_DEPTH = 8
MOST_TOKENS = 20_000
_WHOLE = re.compile(r"-?\d{1,9}")
_DECIMAL = re.compile(r"-?\d{1,9}\.\d{1,6}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REFUSED = {
    yaml.AliasToken: "An alias (*)",
    yaml.AnchorToken: "An anchor (&)",
    yaml.TagToken: "A tag (!)",
    yaml.DirectiveToken: "A directive (%)",
    yaml.DocumentStartToken: "A second document (---)",
    yaml.DocumentEndToken: "A document end (...)",
}
_OPENS = (
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
)
_CLOSES = (yaml.BlockEndToken, yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


class _Refused(Exception):
    def __init__(self, line: int, message: str, fix: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.fix = fix


def read_mapping(text: str, first_line: int, faults: FaultList) -> Mapping | None:
    """The `name: value` lines of a text that starts on `first_line`, or None and a fault."""
    try:
        _refuse_dangerous(text)
        node = yaml.compose(text, Loader=_LOADER)
        if node is None:
            return {}
        entry = _entry(node)
    except _Refused as refused:
        faults.add(first_line + refused.line, refused.message, refused.fix)
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = shortened(error.problem or "it does not parse", 100)
        line = min(mark.line, text.count("\n")) if mark else 0
        fix = _COLON if problem.startswith("mapping values") else _FIX
        faults.add(first_line + line, f"Bad YAML: {problem}", fix)
        return None
    except (yaml.YAMLError, RecursionError):
        faults.add(first_line, "Bad YAML", _FIX)
        return None
    if not isinstance(entry.value, dict):
        faults.add(first_line, "These are not `name: value` lines", _FIX)
        return None
    return _moved_mapping(entry.value, first_line)


def _refuse_dangerous(text: str) -> None:
    """Looks at the tokens before anything is built: what could grow or construct things is refused."""
    depth = 0
    for count, token in enumerate(yaml.scan(text, Loader=_LOADER)):
        line = token.start_mark.line
        refused = _REFUSED.get(type(token))
        if refused:
            raise _Refused(line, f"{refused} is not allowed here", "Write the value out, or in quotes.")
        if isinstance(token, _OPENS):
            depth += 1
        elif isinstance(token, _CLOSES):
            depth -= 1
        if depth > MOST_DEPTH or count > MOST_TOKENS:
            raise _Refused(line, "This is nested too deep or too long", "Keep to simple `name: value` lines.")


def _entry(node: yaml.Node) -> Entry:
    line = node.start_mark.line
    if isinstance(node, yaml.MappingNode):
        return Entry(_mapping(node), line)
    if isinstance(node, yaml.SequenceNode):
        return Entry(tuple(_entry(item) for item in node.value), line)
    return Entry(_scalar(_decoded(node), node.tag.rpartition(":")[2], line), line)


def _mapping(node: yaml.MappingNode) -> Mapping:
    mapping: Mapping = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line
        if not isinstance(key_node, yaml.ScalarNode):
            raise _Refused(line, "A name must be plain text", "Write `name: value`.")
        key = _decoded(key_node)
        if key in mapping:
            raise _Refused(line, f"`{shortened(key)}` is given twice", "Keep one of them.")
        entry = _entry(value_node)
        mapping[key] = Entry(entry.value, line if isinstance(value_node, yaml.ScalarNode) else entry.line)
    return mapping


def _decoded(node: yaml.Node) -> str:
    """The text of a scalar, in which an escape may have written what the file itself may not hold."""
    text = str(node.value)
    for letter in invisible_characters(text):
        fix = "Take its escape away and type the text again."
        raise _Refused(node.start_mark.line, f"A hidden character ({code_point(letter)})", fix)
    return text


def _scalar(text: str, tag: str, line: int) -> str | int | float | bool | None:
    if tag == "null":
        return None
    if tag == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if tag == "int" and _WHOLE.fullmatch(text):
        return int(text)
    if tag == "float" and _DECIMAL.fullmatch(text):
        return float(text)
    if tag == "str":
        return text
    raise _Refused(line, f"YAML reads {shortened(text)} as something else than text", "Put it in quotes.")


def _moved_mapping(mapping: Mapping, by: int) -> Mapping:
    return {key: _moved(entry, by) for key, entry in mapping.items()}


def _moved(entry: Entry, by: int) -> Entry:
    """The same entry with its lines counted from the start of the file."""
    value = entry.value
    if isinstance(value, dict):
        value = _moved_mapping(value, by)
    elif isinstance(value, tuple):
        value = tuple(_moved(item, by) for item in value)
    return Entry(value, entry.line + by)
