"""Tests on the way to an SDK call, with the outcome that leads there."""

from __future__ import annotations

import pytest

from analyzer.code.program import CodeValue
from tests.code.javascript_programs import derived, field, lit, program

KEY = field("Records", "*", "key")
STARTS = derived("startsWith", KEY, lit("in/"))
NOT_STARTS = derived("!", STARTS)

Conditions = list[tuple[CodeValue, bool]]

CASES: dict[str, Conditions] = {
    "put(key);": [],
    "if (key.startsWith('in/')) put(key);": [(STARTS, True)],
    "if (key.startsWith('in/')) { other(); } else { put(key); }": [(STARTS, False)],
    "if (!key.startsWith('in/')) continue; put(key);": [(NOT_STARTS, False)],
    "if (key.startsWith('in/')) { other(); continue; } put(key);": [(STARTS, False)],
    "if (!key.startsWith('in/')) return; put(key);": [(NOT_STARTS, False)],
    "if (!key.startsWith('in/')) throw new Error('no'); put(key);": [(NOT_STARTS, False)],
    "if (key.startsWith('in/')) other(); put(key);": [],
    "key.startsWith('in/') && put(key);": [(STARTS, True)],
    "key.startsWith('in/') || put(key);": [(STARTS, False)],
    "key.startsWith('in/') ? put(key) : other();": [(STARTS, True)],
    "check(key); put(key);": [(NOT_STARTS, False)],
    "if (matches(key)) put(key);": [(STARTS, True)],
    "if (event.on) { if (key.startsWith('in/')) put(key); }": [(field("on"), True), (STARTS, True)],
    "if (event.on) { if (!key.startsWith('in/')) continue; put(key); }": [(field("on"), True), (NOT_STARTS, False)],
    "if (event.on) { if (!key.startsWith('in/')) continue; } put(key);": [],
    "switch (event.kind) { case 'x': put(key); break; }": [(derived("===", field("kind"), lit("x")), True)],
    "try { if (!key.startsWith('in/')) throw new Error(); put(key); } catch (e) { other(); }": [(NOT_STARTS, False)],
    "try { if (!key.startsWith('in/')) throw new Error(); } catch (e) { other(); } put(key);": [],
    "try { if (!key.startsWith('in/')) throw new Error(); } catch (e) { return; } put(key);": [(NOT_STARTS, False)],
    "for (const x of event.more) { if (x.skip) continue; } put(key);": [],
    "const allowed = key.startsWith('in/'); if (!allowed) continue; put(key);": [(NOT_STARTS, False)],
    "if (true) put(key);": [],
    "const go = () => put(key); if (key.startsWith('in/')) go();": [(STARTS, True)],
}


@pytest.mark.parametrize("body", CASES)
def test_conditions_of_a_call(body: str) -> None:
    found = program(f"""
        const {{ S3 }} = require('@aws-sdk/client-s3'); const s3 = new S3();
        const put = (Key) => s3.putObject({{ Key }});
        const other = () => 1;
        const check = (key) => {{ if (!key.startsWith('in/')) throw new Error('no'); }};
        const matches = (key) => key.startsWith('in/');
        exports.handler = async (event) => {{
            for (const {{ key }} of event.Records) {{ {body} }}
        }};
    """)
    [call] = found.calls
    assert [(condition.value, condition.outcome) for condition in call.conditions] == CASES[body]


def test_a_call_reached_in_two_ways_has_only_what_both_share() -> None:
    found = program("""
        const { S3 } = require('@aws-sdk/client-s3'); const s3 = new S3();
        const put = () => s3.putObject({ Key: 'k' });
        exports.handler = async (event) => {
            if (!event.on) return;
            if (event.a) await put(); else if (event.b) await put();
        };
    """)
    [call] = found.calls
    assert [(c.value, c.outcome) for c in call.conditions] == [(derived("!", field("on")), False)]
