import type {ArgumentsCamelCase, Argv} from 'yargs';

/** Runs a command with the flags that it was given: the exit code. */
export type Run = () => Promise<number>;

/**
Adds a command to the parser.

@param parser - Is changed.
@param choose - Called when the command line asks for the command.
*/
export type AddCommand = (parser: Argv, choose: (run: Run) => void) => void;

/**
@param line - A command: how it is called, its flags, and what runs with them. What runs it is imported only there: most of
a short command's time is the loading of code.
@returns What adds it to a parser.
*/
export function define<Flags>({
	command,
	describe,
	builder,
	run,
}: {
	readonly command: string;
	readonly describe: string;
	readonly builder: (parser: Argv) => Argv<Flags>;
	readonly run: (argv: ArgumentsCamelCase<Flags>) => Promise<number>;
}): AddCommand {
	return (parser, choose) => {
		parser.command(command, describe, builder, argv => {
			choose(async () => run(argv));
		});
	};
}
