#!/usr/bin/env node
import {setMaxListeners} from 'node:events';
import process from 'node:process';
import {inspect} from 'node:util';
import yargs from 'yargs';
import manifest from './package.json' with {type: 'json'};
import {allCommands} from './source/commands/flags/all.js';
import {Chosen, type Run} from './source/commands/flags/define.js';
import {refuseFlags} from './source/commands/refused-flags.js';
import {givenWords} from './source/commands/given-words.js';
import {endInOrder} from './source/commands/signals.js';
import {endWithTerminal} from './source/commands/terminal-loss.js';
import {usageMessage} from './source/commands/usage-message.js';
import {MstageError, UsageError, exitCodes, toError} from './source/errors.js';
import {sanitise} from './source/text/sanitise.js';

/** What stands for a lone dash, of which yargs would make nothing. */
const dash = '\u0000';

/** How long what is left may take to end by itself, in milliseconds. */
const drainTime = 100;

const words = givenWords();
const ownWords = words.includes('--') ? words.indexOf('--') : words.length;

const parser = yargs(
	words.map((word, index) => (word === '-' && index < ownWords ? dash : word)),
)
	.scriptName('mstage')
	.usage('$0 <command>\n\nThe terminal debugger for multi-stage image builds.')
	.parserConfiguration({
		'populate--': true,
		'boolean-negation': false,
		'parse-numbers': false,
		'parse-positional-numbers': false,
	})
	.command('$0', false, {}, () => {
		parser.showHelp('log');
	})
	.option('debug', {
		type: 'boolean',
		default: false,
		global: true,
		describe: 'Show stack traces of errors',
	})
	.middleware((flags: Record<string, unknown>) => {
		for (const [name, value] of Object.entries(flags)) {
			flags[name] = value === dash ? '-' : value;
		}
	}, true)
	.check(flags => refuseFlags(flags))
	.strict()
	.strictCommands()
	.version(manifest.version)
	.help()
	.alias('help', 'h')
	.wrap(100)
	.exitProcess(false)
	.fail((message, error) => {
		// A flag without its value is told as an error of yargs' own, without a message beside it.
		const isOfUser = !error || error.name === 'YError';
		throw isOfUser
			? new UsageError(
					`${usageMessage(message ?? error.message)}. mstage --help lists what there is.`,
				)
			: error;
	});

for (const addCommand of allCommands) {
	addCommand(parser);
}

// As many calls wait for one signal as there are: Node would write its warning of that over the screen.
setMaxListeners(0);
endWithTerminal();
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	// Whoever read our output is gone: there is nobody left to tell anything.
	if (error.code === 'EPIPE' && endInOrder(exitCodes.done)) {
		return;
	}

	if (error.code !== 'EIO') {
		process.exit(error.code === 'EPIPE' ? exitCodes.done : report(error));
	}
});
process.on('uncaughtException', error => {
	process.exit(report(error));
});

try {
	const run = chosen();
	process.exitCode = await run();
} catch (error) {
	process.exitCode = report(error);
}

// At the end of all work Node gives the signals back to the system before it takes itself apart: one that comes meanwhile would
// end the process, its code lost. An exit does without that.
process.once('beforeExit', () => {
	process.exit();
});

// Whatever a command left of standard input unread must not keep the process. Closing a terminal's would make Node's own
// restoring of it fail at the exit.
process.stdin.unref?.();

// Nor must a connection on which the engine doesn't answer, once the command has waited for it as long as it does.
setTimeout(() => {
	process.exit();
}, drainTime).unref();

/** What the command line asks for; what yargs does by itself, such as printing help, it has then done. */
function chosen(): Run {
	try {
		parser.parseSync();
		return async () => exitCodes.done;
	} catch (error) {
		if (error instanceof Chosen) {
			return error.run;
		}

		throw error;
	}
}

/** Tells an error as one sentence; a stack trace is for `--debug`, and for defects of mstage. */
function report(thrown: unknown): number {
	const error = toError(thrown);
	const wantsTrace = process.argv.includes('--debug');
	if (error instanceof MstageError) {
		process.stderr.write(`mstage: ${sanitise(error.message)}\n`);
		if (wantsTrace) {
			writeTrace(error);
		}

		return error.exitCode;
	}

	process.stderr.write(
		`mstage: a defect of mstage: ${sanitise(error.message)}. Run it again with --debug for the stack trace.\n`,
	);
	if (wantsTrace) {
		writeTrace(error);
	}

	return exitCodes.buildFailed;
}

/** The messages in it may be anybody's words. */
function writeTrace(error: unknown): void {
	for (const line of inspect(error).split('\n')) {
		process.stderr.write(`${sanitise(line)}\n`);
	}
}
