import type {ArgumentsCamelCase, Argv} from 'yargs';

/** Runs a command with the flags that it was given: the exit code. */
export type Run = () => Promise<number>;

/** Thrown where the command line asks for a command: yargs would go on to render its help, which takes 60 ms. */
export class Chosen extends Error {
	override readonly name = 'Chosen';
	readonly run: Run;

	constructor(run: Run) {
		super('a command was chosen');
		this.run = run;
	}
}

/**
Adds a command to the parser, which then throws `Chosen` when the command line asks for the command.

@param parser - Is changed.
*/
export type AddCommand = (parser: Argv) => void;

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
	return parser => {
		parser.command(command, describe, builder, argv => {
			throw new Chosen(async () => run(argv));
		});
	};
}
