import {expect, test} from 'vitest';
import {explainExit} from '../../source/engine/exit-words.js';

test.each([
	[
		true,
		'The command ran out of memory (exit code 137).',
		'Give the engine more memory, or let the command need less.',
	],
	[
		false,
		'The command was killed (exit code 137).',
		"The engine saw no memory run out in its container: something else killed it, as kill -9 does; the kernel's log on its machine (dmesg) tells whether that was the kernel.",
	],
	[
		null,
		'The command was killed (exit code 137).',
		"The engine doesn't say by whom: when memory ran out, the kernel's log on its machine (dmesg) names the process.",
	],
])(
	'exit code 137 is told by what the engine says of memory: %s',
	(isOutOfMemory, message, advice) => {
		expect(
			explainExit({exitCode: 137, output: '', isOutOfMemory, command: []}),
		).toEqual({kind: 'command', message, advice});
	},
);

test('a command that outlived what ran out of memory in it', () => {
	const {message} = explainExit({
		exitCode: 1,
		output: '',
		isOutOfMemory: true,
		command: [],
	});
	expect(message).toBe(
		'A process of the command ran out of memory (exit code 1).',
	);
});
