import {Buffer} from 'node:buffer';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type {Snapshot} from '../engine/port.js';
import {UsageError} from '../errors.js';
import {nameOf} from '../filesystem/tree/paths.js';
import {asBytePath, type BytePath, bytesOf} from '../text/byte-path.js';
import {sanitise} from '../text/sanitise.js';
import {selectBelow} from '../inspect/copy/selection.js';
import {copyToDisk} from '../inspect/copy/to-disk.js';
import {copyToTar} from '../inspect/copy/to-tar.js';
import {locate, parsePointPath} from '../inspect/place.js';
import {atPoints} from './at-points.js';
import type {PointFlags} from './with-engine.js';

export type CpOptions = PointFlags & {
	/** `POINT:PATH`. */
	readonly place: string;

	/** A path on this machine, or `-` for a tar archive on standard output. */
	readonly destination: string;
	readonly force: boolean;
};

/**
`mstage cp POINT:PATH DESTINATION`: a file, or a directory as a tree, out of a point of a build.

@returns The exit code.
@throws {MstageError} The point can't be reached, nothing is at the path, or something is at the destination.
*/
export async function cp(options: CpOptions): Promise<number> {
	const {point, path: source} = parsePointPath(options.place);
	if (options.destination === '-' && process.stdout.isTTY) {
		throw new UsageError(
			'An archive is nothing for a terminal: send it to a file or a program, as in mstage cp POINT:PATH - | tar -x.',
		);
	}

	return atPoints(options, [point], async ([at], signal) => {
		await copyOut(at!.snapshot, {...options, source, signal});
		return 0;
	});
}

/**
Copies a file, or a directory as a tree, to a path on this machine, or as an archive to standard output.

@param options - `place` is what messages call the source.
@throws {UsageError} Nothing is at the source, or something is at the destination.
*/
export async function copyOut(
	files: Snapshot,
	options: Pick<CpOptions, 'place' | 'destination' | 'force'> & {
		readonly source: BytePath;
		readonly signal: AbortSignal;
	},
): Promise<void> {
	const {place, source, destination, force, signal} = options;
	const found = await locate(files, source, {followLast: true});
	const selected = await selectBelow(files, found, signal);
	const name = lastNameOf(source);
	if (destination === '-') {
		await copyToTar(files, selected, {
			name: name === '' ? asBytePath('.') : name,
			output: process.stdout,
			signal,
		});
		return;
	}

	const left = await copyToDisk(files, selected, {
		destination: await placeFor(destination, name),
		force,
		signal,
	});
	if (left.length > 0) {
		process.stderr.write(
			`mstage: ${left.length} devices, pipes or sockets were left out; mstage cp ${sanitise(place)} - makes an archive that has them.\n`,
		);
	}
}

/** As `cp` does: into a directory that is there, or under the name that is given. */
async function placeFor(destination: string, name: BytePath): Promise<Buffer> {
	const place = path.resolve(destination);
	const isDirectory = await stat(place).then(
		status => status.isDirectory(),
		() => false,
	);
	return isDirectory && name !== ''
		? Buffer.concat([Buffer.from(`${place}/`), bytesOf(name)])
		: Buffer.from(place);
}

function lastNameOf(source: BytePath): BytePath {
	return nameOf(asBytePath(source.replace(/\/+$/v, '')));
}
