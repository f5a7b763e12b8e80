import type {CopyStep} from '../../filesystem/provenance/copies.js';
import {
	type CopyMapping,
	mapCopy,
} from '../../filesystem/provenance/copy-mapping.js';
import type {Look} from '../../filesystem/provenance/copy-paths.js';
import type {Lookup, Place} from '../../filesystem/provenance/provenance.js';

/** What the copies of a build take where; each is found out once, when it is first asked for. */
export class CopyMappings {
	readonly #lookup: Lookup;
	readonly #known = new Map<number, Promise<CopyMapping>>();

	/** @param lookup - See `buildLookup`. */
	constructor(lookup: Lookup) {
		this.#lookup = lookup;
	}

	/**
	@param copy - Of a step that was reached (`Build.copiesOf`).
	@returns See `CopyMapping`, with its bulk entry point for whole listings.
	@throws {EngineError} The engine was lost.
	*/
	async of(copy: CopyStep): Promise<CopyMapping> {
		const {step} = copy;
		const mapping =
			this.#known.get(step) ??
			mapCopy(
				copy,
				operation => lookInto(this.#lookup, {kind: 'copy', step, operation}),
				lookInto(this.#lookup, {kind: 'after', step}),
			);
		this.#known.set(step, mapping);
		return mapping;
	}
}

function lookInto(lookup: Lookup, place: Place): Look {
	return {
		stat: async path => lookup.stat(place, path),
		readDirectory: async path => lookup.readDirectory(place, path),
	};
}
