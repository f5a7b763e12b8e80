import {expect, test} from 'vitest';
import {explainAnswer} from '../../source/engine/download-words.js';
import {lookalikeWords} from '../../source/engine/lookalike-words.js';
import {explainOwner} from '../../source/engine/owner-words.js';

test.each([
	['invalid user index: -1', 'the stage has no /etc/passwd'],
	['open /etc/group: no such file or directory', 'the stage has no /etc/group'],
	[
		"unable to convert uid/gid chown string to host mapping: can't find uid for user app: open /var/x/diff/etc/passwd: no such file or directory",
		'the stage has no /etc/passwd',
	],
	[
		"unable to convert uid/gid chown string to host mapping: can't find gid for group dev: no such group: dev",
		"there is no group dev in the stage's /etc/group",
	],
])('--chown by name: %s', (message, reason) => {
	expect(explainOwner(message, 'COPY --chown=app:dev a /b')?.message).toContain(
		reason,
	);
});

test('what is not about --chown is left to others', () => {
	expect(explainOwner('invalid user index: -1', 'COPY a /b')).toBeUndefined();
	expect(
		explainOwner('"/a": not found', 'COPY --chown=app a /b'),
	).toBeUndefined();
});

const address = 'http://example.com/a';

test('a wrong checksum is told with both', () => {
	expect(
		explainAnswer(`digest mismatch sha256:aa: sha256:bb`, address)?.message,
	).toBe(
		`${address} has another checksum than --checksum says: it is sha256:aa, not sha256:bb.`,
	);
});

test.each([
	['invalid response status 404', '404 (not found)', 'Correct the address.'],
	[
		'ADD failed: failed to GET http://example.com/a with status 403 Forbidden: <html>',
		'403 (forbidden)',
		'The builder sends no credentials',
	],
	['invalid response status 503', '503 (service unavailable)', 'later'],
])('a server that answers otherwise: %s', (message, status, advice) => {
	const told = explainAnswer(message, address);
	expect(told?.message).toContain(status);
	expect(told?.advice).toContain(advice);
});

test('no answer is told as before', () => {
	expect(explainAnswer('connection refused', address)).toBeUndefined();
});

test('a RUN whose flag is none has the exit code in its message', () => {
	expect(
		lookalikeWords({text: 'RUN –mount=type=tmpfs x', lines: [3, 3]}, 127),
	).toEqual({
		message: expect.stringMatching(
			/did you mean .*\? \(exit code 127\)$/v,
		) as string,
		advice: 'Write --mount=type=tmpfs in line 3, and reload.',
	});
});
