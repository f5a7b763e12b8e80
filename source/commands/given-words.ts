import {readFileSync} from 'node:fs';
import process from 'node:process';
import {bytePathFromBytes, textOf} from '../text/byte-path.js';

/**
@returns The words of the command line. Node decodes them as UTF-8 and loses what isn't; where the system tells what was
really given (`/proc` of Linux, proc(5)), such a byte is a lone surrogate, as `bytePathFromText` takes it.
*/
export function givenWords(): readonly string[] {
	const words = process.argv.slice(2);
	if (!words.some(word => word.includes('\uFFFD'))) {
		return words;
	}

	try {
		const line = readFileSync('/proc/self/cmdline');
		const raw = textOf(bytePathFromBytes(line)).split('\0').slice(0, -1);
		return words.length === 0 ? [] : raw.slice(-words.length);
	} catch {
		return words;
	}
}
