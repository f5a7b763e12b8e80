import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	type StepLayer,
	accountOf,
	imageParts,
	madeParts,
} from '../../../source/filesystem/provenance/layers.js';
import {layerOfListings} from '../../../source/filesystem/provenance/layer-of-listings.js';
import {comparePaths} from '../../../source/filesystem/tree/entry.js';
import {
	type BytePath,
	bytePathFromText as path,
} from '../../../source/text/byte-path.js';
import {entry, listing} from '../listings.js';

type Inode = {
	readonly layer: number;
	readonly bytes: number;

	/** The layer in which its contents were written, which its time tells. */
	readonly written: number;
};
type Names = ReadonlyMap<BytePath, Inode>;
type Act = {
	readonly kind: 'write' | 'remove' | 'link' | 'rewrite';
	readonly at: BytePath;
	readonly to: BytePath;
	readonly bytes: number;
};

const names = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => path(name));
const act: fc.Arbitrary<Act> = fc.record({
	kind: fc.constantFrom('write', 'remove', 'link', 'rewrite'),
	at: fc.constantFrom(...names),
	to: fc.constantFrom(...names),
	bytes: fc.nat(1000),
});
const layersOfActs = fc.array(fc.array(act, {maxLength: 6}), {maxLength: 6});

/** As an overlay does it: what is changed or linked is copied into the layer first, by that one name. */
function run(before: Names, acts: readonly Act[], layer: number): Names {
	const files = new Map(before);
	const own = (at: BytePath): Inode | undefined => {
		const file = files.get(at);
		const copied = file && file.layer !== layer ? {...file, layer} : file;
		if (copied) {
			files.set(at, copied);
		}

		return copied;
	};

	for (const {kind, at, to, bytes} of acts) {
		switch (kind) {
			case 'write': {
				files.set(at, {layer, bytes, written: layer});
				break;
			}

			case 'remove': {
				files.delete(at);
				break;
			}

			case 'rewrite': {
				own(at);
				break;
			}

			case 'link': {
				const file = own(at);
				if (file) {
					files.set(to, file);
				}

				break;
			}
		}
	}

	return files;
}

type Built = {
	readonly layers: readonly StepLayer[];
	readonly states: readonly Names[];
};

function build(
	base: Names,
	acts: ReadonlyArray<readonly Act[]>,
	isBrought: (layer: number) => boolean = () => false,
): Built {
	const states = [base];
	const layers = acts.map((ofLayer, step): StepLayer => {
		const before = states.at(-1)!;
		const after = run(before, ofLayer, step);
		states.push(after);
		const ids = new Map<Inode, string>();
		return {
			step,
			written: [...after].flatMap(([at, inode]) => {
				if (inode.layer !== step) {
					return [];
				}

				ids.set(inode, ids.get(inode) ?? String(ids.size));
				return [
					{
						path: at,
						bytes: inode.bytes,
						file: ids.get(inode)!,
						earlier: [],
						looksSame: false,
					},
				];
			}),
			removed: [...before.keys()].filter(at => !after.has(at)),
			unseen: 0,
			isBrought: isBrought(step),
		};
	});
	return {layers, states};
}

const sum = (files: Iterable<Inode>): number =>
	[...new Set(files)].reduce((total, {bytes}) => total + bytes, 0);

function listingOf(files: Names) {
	const firsts = new Map<Inode, BytePath>();
	return listing(
		...[...files]
			.toSorted(([a], [b]) => comparePaths(a, b))
			.map(([at, inode]) => {
				const first = firsts.get(inode);
				firsts.set(inode, first ?? at);
				return entry(at, {
					size: first === undefined ? inode.bytes : 0,
					...(first !== undefined && {hardLinkTo: first}),
					modified: BigInt(inode.written + 1),
				});
			}),
	);
}

const baseOfActs = fc
	.array(act, {maxLength: 8})
	.map(acts => run(new Map(), acts, -1));

test('what a stage made is what was shipped, what stayed and what was deleted again, to the byte', () => {
	fc.assert(
		fc.property(
			baseOfActs,
			layersOfActs,
			fc.array(fc.boolean(), {minLength: 6, maxLength: 6}),
			fc.func(fc.boolean()),
			(base, acts, brought, isShipped) => {
				const {layers, states} = build(base, acts, step => brought[step]!);
				const {made, shipped, stayed, deleted} = madeParts(
					accountOf(layers),
					(_, at) => isShipped(at),
				);
				expect(shipped.bytes + stayed.bytes + deleted.bytes).toBe(made.bytes);
				expect(shipped.files + stayed.files + deleted.files).toBe(made.files);
				const isOwn = ({layer}: Inode): boolean =>
					layer >= 0 && !brought[layer]!;
				expect(made.bytes).toBe(
					acts
						.map((_, layer) =>
							sum(
								[...states[layer + 1]!.values()].filter(
									inode => inode.layer === layer && isOwn(inode),
								),
							),
						)
						.reduce((total, bytes) => total + bytes, 0),
				);
				const atEnd = [...states.at(-1)!].filter(([, inode]) => isOwn(inode));
				expect(shipped.bytes + stayed.bytes).toBe(
					sum(atEnd.map(([, inode]) => inode)),
				);
				expect(shipped.bytes).toBe(
					sum(atEnd.filter(([at]) => isShipped(at)).map(([, inode]) => inode)),
				);
			},
		),
	);
});

test('an image costs what is to be seen of it and what its lower layers hide, to the byte', async () => {
	await fc.assert(
		fc.asyncProperty(
			baseOfActs,
			layersOfActs,
			fc.nat(100),
			async (base, acts, hiddenInBase) => {
				const {layers, states} = build(base, acts);
				const baseBytes = sum(base.values());
				const parts = await imageParts(
					accountOf(layers),
					listingOf(base),
					baseBytes + hiddenInBase,
				);
				const own = accountOf(layers).files.reduce(
					(total, {bytes}) => total + bytes,
					0,
				);
				expect(parts.size).toBe(baseBytes + hiddenInBase + own);
				expect(parts.visible.bytes).toBe(sum(states.at(-1)!.values()));
				expect(parts.visible.files).toBe(new Set(states.at(-1)!.values()).size);
				expect(parts.hidden).toBe(
					parts.hiddenInBase +
						parts.hiddenFiles.reduce((total, {bytes}) => total + bytes, 0),
				);
				expect(parts.visible.bytes + parts.hidden).toBe(parts.size);
			},
		),
	);
});

test('the order of what a layer holds makes no difference', () => {
	fc.assert(
		fc.property(baseOfActs, layersOfActs, (base, acts) => {
			const {layers} = build(base, acts);
			const turned = layers.map(layer => ({
				...layer,
				written: layer.written.toReversed(),
				removed: layer.removed.toReversed(),
			}));
			expect(madeParts(accountOf(turned), () => true)).toMatchObject({
				made: madeParts(accountOf(layers), () => true).made,
				deleted: madeParts(accountOf(layers), () => true).deleted,
			});
		}),
	);
});

test('listings tell the same of a layer, but for what was written again as it was', async () => {
	await fc.assert(
		fc.asyncProperty(
			baseOfActs,
			fc.array(
				act.filter(({kind}) => kind !== 'rewrite'),
				{maxLength: 6},
			),
			async (base, acts) => {
				const {layers, states} = build(base, [acts]);
				const after = states[1]!;
				const told = await layerOfListings(listingOf(base), listingOf(after));
				expect(told.removed.toSorted()).toEqual(layers[0]!.removed.toSorted());
				const changed = new Set(
					[...after]
						.filter(([at, {bytes, written}]) => {
							const old = base.get(at);
							return old?.written !== written || old.bytes !== bytes;
						})
						.map(([, inode]) => inode),
				);
				const expected = layers[0]!.written.filter(({path: at}) =>
					changed.has(after.get(at)!),
				);
				const filesOf = (written: StepLayer['written']) =>
					written
						.map(({path: at, bytes, file}) => ({
							at,
							bytes,
							names: written
								.filter(one => one.file === file)
								.map(one => one.path)
								.toSorted(),
						}))
						.toSorted((one, other) => comparePaths(one.at, other.at));
				expect(filesOf(told.written)).toEqual(filesOf(expected));
			},
		),
	);
});
