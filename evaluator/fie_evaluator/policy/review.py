"""What a kernel's source may not say, found by reading its syntax tree.

The rules rest on one idea: torch, Triton and NumPy and their classes are named and
called, but never handed on as values. So whatever is reached through them is written
out, where it can be read.
"""

import ast
from collections.abc import Iterator

from fie_evaluator.policy import forms, reach
from fie_evaluator.policy.found import Violation
from fie_evaluator.policy.names import Names
from fie_evaluator.syntax import parsed

LONGEST_SOURCE = 300_000

__all__ = ["Violation", "violations"]


def violations(source: str) -> list[Violation]:
    """Return what the policy forbids, in the order of lines.

    SyntaxError if it isn't Python, ValueError or RecursionError if it is too convoluted.
    """
    if len(source) > LONGEST_SOURCE:
        reason = f"a kernel has at most {LONGEST_SOURCE:,} characters"
        return [Violation(line=1, construct="so long a file", reason=reason)]
    tree = parsed(source)
    tree.body = [part for statement in tree.body for part in run_when_imported(statement)]
    names = Names(tree)
    found = {violation for node in ast.walk(tree) for violation in judge(node, names)}
    return sorted(found, key=lambda violation: (violation.line, violation.construct))


def run_when_imported(statement: ast.stmt) -> list[ast.stmt]:
    """Leave out what only runs as a program: a kernel's own tests may do what they like."""
    match statement:
        case ast.If(
            test=ast.Compare(
                left=ast.Name(id="__name__"),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value="__main__")],
            ),
            orelse=orelse,
        ):
            return orelse
        case _:
            return [statement]


def judge(node: ast.AST, names: Names) -> Iterator[Violation]:
    """Yield what is wrong with one node, not with those in it."""
    match node:
        case ast.Import():
            yield from reach.judge_import(node)
        case ast.ImportFrom():
            yield from reach.judge_import_from(node)
        case ast.Attribute():
            yield from reach.judge_attribute(node, names)
            yield from reach.judge_value(node, names)
        case ast.Subscript(ctx=ast.Store() | ast.Del(), value=value):
            yield from reach.judge_target(node, value, "", names)
        case ast.Name():
            yield from reach.judge_name(node, names)
            yield from reach.judge_value(node, names)
        case ast.Call():
            yield from forms.judge_call(node, names)
        case ast.ClassDef():
            yield from forms.judge_class(node, names)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from forms.judge_function(node, names)
        case ast.AnnAssign(annotation=annotation):
            yield from forms.judge_annotation(annotation)
        case ast.arg(arg=name, annotation=annotation):
            yield from reach.judge_binding(node, name)
            yield from forms.judge_annotation(annotation)
        case ast.MatchClass(kwd_attrs=attributes):
            yield from reach.judge_pattern(node, attributes)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield from reach.judge_binding(node, name)
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield from reach.judge_binding(node, name)
