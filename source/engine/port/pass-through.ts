import type {Shell} from './shell.js';

/**
@param shell - What everything is passed on to.
@param own - What is done in another way.
@returns A shell that is the same but for that.
*/
export function passThrough(
	shell: Shell,
	own: Partial<Pick<Shell, 'output' | 'close'>>,
): Shell {
	return {
		command: shell.command,
		isOfToolbox: shell.isOfToolbox,
		output: own.output ?? shell.output,
		exited: shell.exited,
		write: async data => shell.write(data),
		endInput() {
			shell.endInput();
		},
		resize(size) {
			shell.resize(size);
		},
		signal(name) {
			shell.signal(name);
		},
		close: own.close ?? (async () => shell.close()),
	};
}
