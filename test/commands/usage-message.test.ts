import {expect, test} from 'vitest';
import {usageMessage} from '../../source/commands/usage-message.js';

test('an unknown flag is named once', () => {
	expect(usageMessage('Unknown arguments: cache-from, cacheFrom')).toBe(
		'Unknown argument: cache-from',
	);
	expect(usageMessage('Unknown arguments: foo-bar, fooBar, baz')).toBe(
		'Unknown arguments: foo-bar, baz',
	);
	expect(usageMessage('Unknown argument: nope')).toBe('Unknown argument: nope');
});

test('a flag without its value says so', () => {
	expect(usageMessage('Not enough arguments following: target')).toBe(
		'target needs a value',
	);
});

test('wrong values are told in one line, each with those that there are', () => {
	expect(
		usageMessage(
			'Invalid values:\n  Argument: pause, Given: "x", Choices: "stage", "never"\n  Argument: builder, Given: "y", Choices: "legacy"',
		),
	).toBe(
		`pause can't be "x", it is one of "stage", "never"; builder can't be "y", it is one of "legacy"`,
	);
});

test('everything else stays as it is', () => {
	const message = 'Not enough non-option arguments: got 0, need at least 1';
	expect(usageMessage(message)).toBe(message);
});
