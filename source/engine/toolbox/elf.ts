import {
	readElfHeader,
	readSegments,
	segmentTypes,
} from '../../filesystem/programs/elf.js';

/** What a program's header says of where it runs. */
export type Program = {
	/** As Docker names it: `amd64`; `null` for one that is not known here. */
	readonly architecture: string | null;

	/** Whether it needs no loader, and so no libraries. */
	readonly isStatic: boolean;
};

/**
@param file - All of it, or its beginning up to the end of the program headers.
@returns What its header says, or `null` when this is not an ELF file.
*/
export function readElf(file: Uint8Array): Program | null {
	const header = readElfHeader(file);
	if (!header) {
		return null;
	}

	const {offset, count, size} = header.table;
	const end = offset + size * count;
	return end > file.length
		? null
		: {
				architecture: header.architecture,
				isStatic: readSegments(header, file.subarray(offset, end)).every(
					({type}) => type !== segmentTypes.interpreter,
				),
			};
}
