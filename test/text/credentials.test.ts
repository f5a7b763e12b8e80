import {expect, test} from 'vitest';
import {
	sealCredentials,
	withoutCredentials,
} from '../../source/text/credentials.js';
import {safeJson} from '../../source/text/safe-json.js';
import {sanitise} from '../../source/text/sanitise.js';

test.each([
	['https://ann:pa55@h/x', 'https://***@h/x'],
	['https://ghp_t0ken@h/x', 'https://***@h/x'],
	['https://ghp_t0ken:x-oauth-basic@h/x', 'https://***@h/x'],
	['https://ann:pa@55@h/x', 'https://***@h/x'],
	[
		'pip install git+https://t0ken@h/x.git',
		'pip install git+https://***@h/x.git',
	],
	['1https://t0ken@h', '1https://***@h'],
	['a https://a:b@c d http://e@f', 'a https://***@c d http://***@f'],
	['ssh://git@h/x', 'ssh://git@h/x'],
	['ssh://git:pa55@h/x', 'ssh://git:***@h/x'],
	['postgres://ann:pa55@db/x', 'postgres://ann:***@db/x'],
	['https://***@h', 'https://***@h'],
	['https://x-access-token:$TOKEN@h', 'https://x-access-token:$TOKEN@h'],
	['https://h/a@b', 'https://h/a@b'],
	['https://h?mail=a@b', 'https://h?mail=a@b'],
	['"https://h","a@b"', '"https://h","a@b"'],
	['git@h:a/b', 'git@h:a/b'],
	['nothing of that', 'nothing of that'],
])('%s', (text, shown) => {
	expect(withoutCredentials(text)).toBe(shown);
	expect(sanitise(text)).toBe(shown);
	expect(JSON.parse(safeJson({text}))).toEqual({text: shown});
});

test('what is kept tells one from another, and shows as what is not kept', () => {
	const [one, other] = ['a', 'b'].map(token =>
		sealCredentials(`https://${token}@h`),
	);
	expect(one).toMatch(/^https:\/\/\*{3}[\da-f]{8}@h$/v);
	expect(one).not.toBe(other);
	expect(sealCredentials(one!)).toBe(one);
	expect(withoutCredentials(one!)).toBe('https://***@h');
});

test('the name of a variable is shown', () => {
	const variable = ['$', '{TOKEN}'].join('');
	const address = `https://${variable}@h`;
	expect(withoutCredentials(address)).toBe(address);
});

test('a long text is read through once', () => {
	const text = `${'a://'.repeat(100_000)}${'a'.repeat(1_000_000)}://${'a'.repeat(1_000_000)}`;
	const start = performance.now();
	withoutCredentials(text);
	expect(performance.now() - start).toBeLessThan(500);
});
