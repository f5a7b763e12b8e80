import type {Files} from './files.js';

/** A filesystem at a point. */
export type Snapshot = Files & {
	/**
	Opens a shell in a container of its own, which is removed when the shell is closed.

	@throws {UsageError} There is no shell in the filesystem, no toolbox, and no command was given.
	@throws {EngineError} The engine was lost.
	*/
	openShell(options: ShellOptions): Promise<Shell>;

	/**
	@returns A container in which shells are opened one after the other, each with the changes of those before.
	@throws {UsageError} The container can't be made, or nothing in the filesystem, and no toolbox, could keep it.
	@throws {EngineError} The engine was lost.
	*/
	openContainer(): Promise<Container>;
};

/** A throw-away container made from a snapshot. Its changes last until it is closed. */
export type Container = {
	/** Whether shells can still be opened in it: it may have ended by itself, or been killed from inside. */
	readonly isOpen: boolean;

	/** @throws {UsageError} As `Snapshot.openShell`. */
	openShell(options: ShellOptions): Promise<Shell>;

	/** Ends its processes and removes it. Never fails. */
	close(): Promise<void>;
};

export type ShellOptions = {
	/** Default: `/bin/bash`, the stage's SHELL, `/bin/sh`, or that of the toolbox, whichever is there first. */
	readonly command?: readonly string[];

	/** The terminal's size, or `null` for plain pipes. */
	readonly terminal: TerminalSize | null;
};

export type TerminalSize = {readonly rows: number; readonly columns: number};

/** A process in a throw-away container made from a snapshot. */
export type Shell = {
	/** The command that was started. */
	readonly command: readonly string[];

	/** Whether it is the shell of the toolbox: the filesystem has none. */
	readonly isOfToolbox: boolean;

	/** What it prints, in order, until it ends; with a terminal everything is stream 1. */
	readonly output: AsyncIterable<{
		readonly stream: 1 | 2;
		readonly data: Uint8Array;
	}>;

	/** Its exit code. Rejects with an `EngineError` when the engine is lost. */
	readonly exited: Promise<number>;

	/** @returns When the engine has taken the bytes. */
	write(data: Uint8Array): Promise<void>;
	endInput(): void;
	resize(size: TerminalSize): void;

	/** @param name - Without `SIG`: `INT`. */
	signal(name: string): void;

	/** Ends the process and removes the container. Never fails. */
	close(): Promise<void>;
};
