import {Buffer} from 'node:buffer';
import {
	type DynamicSection,
	type ElfHeader,
	headerSize,
	offsetOf,
	readDynamic,
	readElfHeader,
	readSegments,
	type Segment,
	segmentTypes,
	stringAt,
} from '../../filesystem/programs/elf.js';
import {
	readShebang,
	type Shebang,
	shebangSize,
} from '../../filesystem/programs/shebang.js';
import type {BytePath} from '../../text/byte-path.js';
import type {Look} from './look.js';

/** What Linux makes of a file that is to be run. */
export type ProgramFile =
	| {
			readonly kind: 'program';
			readonly architecture: string | null;

			/** The loader that it asks for; `null` of a static program. */
			readonly loader: string | null;
	  }
	| ({readonly kind: 'script'} & Shebang)
	| {
			readonly kind: 'neither';
			readonly isEmpty: boolean;

			/** Whether a `#!` stands behind a byte order mark or blank space. */
			readonly isShifted: boolean;
	  };

/** What a program says of the libraries that it needs. */
export type Libraries = {
	readonly needed: readonly string[];

	/** The folders that it has them looked for in, `$ORIGIN` not resolved. */
	readonly folders: readonly string[];
};

/** Enough for the header and the table of program headers of all but odd programs, in bytes. */
const firstPart = 4096;

/** More than tables of headers, dynamic sections and tables of strings take, in bytes. */
const mostTable = 1_048_576;

/**
@param path - Of a regular file, a real path.
*/
export async function readProgram(
	look: Look,
	path: BytePath,
): Promise<ProgramFile> {
	const start = await look.read(path, 0, firstPart);
	const header = readElfHeader(start);
	if (header) {
		const segments = await segmentsOf(look, path, header);
		const loader = segments.find(({type}) => type === segmentTypes.interpreter);
		return {
			kind: 'program',
			architecture: header.architecture,
			loader: loader
				? stringAt(await look.read(path, loader.offset, loader.size), 0)
				: null,
		};
	}

	const shebang = readShebang(start);
	if (shebang) {
		return {kind: 'script', ...shebang};
	}

	const text = Buffer.from(start.subarray(0, shebangSize)).toString('latin1');
	return {
		kind: 'neither',
		isEmpty: start.length === 0,
		isShifted: /^(?:\u00EF\u00BB\u00BF)?\s*#!/v.test(text),
	};
}

/**
@returns What a program says of its libraries, or `null` when it is static or not a program.
*/
export async function readLibraries(
	look: Look,
	path: BytePath,
): Promise<Libraries | null> {
	const header = readElfHeader(await look.read(path, 0, headerSize));
	if (!header) {
		return null;
	}

	const segments = await segmentsOf(look, path, header);
	const dynamic = segments.find(({type}) => type === segmentTypes.dynamic);
	const section =
		dynamic &&
		readDynamic(
			header,
			await look.read(path, dynamic.offset, Math.min(dynamic.size, mostTable)),
		);
	return section ? namesIn(look, path, {section, segments}) : null;
}

async function namesIn(
	look: Look,
	path: BytePath,
	{
		section,
		segments,
	}: {
		readonly section: DynamicSection;
		readonly segments: readonly Segment[];
	},
): Promise<Libraries | null> {
	const {needed, rpath, runpath, strings} = section;
	const offset = offsetOf(segments, strings);
	if (offset === null) {
		return null;
	}

	const wanted = [...needed, rpath ?? 0, runpath ?? 0];
	const length = Math.min(Math.max(...wanted) + firstPart, mostTable);
	const table = await look.read(path, offset, length);
	const folders = stringAt(table, runpath ?? rpath ?? table.length);
	return {
		needed: needed.map(at => stringAt(table, at)),
		folders: folders.split(':').filter(folder => folder !== ''),
	};
}

async function segmentsOf(
	look: Look,
	path: BytePath,
	header: ElfHeader,
): Promise<readonly Segment[]> {
	const {offset, size, count} = header.table;
	return readSegments(
		header,
		await look.read(path, offset, Math.min(size * count, mostTable)),
	);
}
