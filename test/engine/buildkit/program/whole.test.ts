import {create, fromBinary, toBinary} from '@bufbuild/protobuf';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	differenceOf,
	digestOf,
	readDefinition,
	withHead,
} from '../../../../source/engine/buildkit/program/definition.js';
import {
	definitionOf,
	operationOf,
} from '../../../../source/engine/buildkit/program/made-files.js';
import {faultOf} from '../../../../source/engine/buildkit/program/whole.js';
import {withoutCache} from '../../../../source/engine/buildkit/program/without-cache.js';
import {
	type Definition,
	DefinitionSchema,
	type Op,
	OpSchema,
} from '../../../../source/engine/buildkit/proto/generated/ops_pb.js';

/** What each operation is, and which of those before it it reads, as fractions of how many there are. */
const blueprints = fc.array(
	fc.record({
		kind: fc.constantFrom('exec', 'file', 'merge'),
		reads: fc.array(fc.double({min: 0, max: 0.999, noNaN: true}), {
			minLength: 1,
			maxLength: 3,
		}),
	}),
	{maxLength: 8},
);

/** Definitions as a frontend makes them: any graph of sources and what is made of them. */
const definitions = blueprints.map(blueprint => {
	const operations = [
		operationOf(
			create(OpSchema, {
				op: {case: 'source', value: {identifier: 'docker-image://busybox'}},
			}),
		),
	];
	for (const [number, {kind, reads}] of blueprint.entries()) {
		const digests = reads.map(
			part => operations[Math.floor(part * operations.length)]!.digest,
		);
		operations.push(
			operationOf(
				create(OpSchema, {
					inputs: digests.map(digest => ({digest, index: 0n})),
					op: contents(kind, number, digests.length),
				}),
			),
		);
	}

	return definitionOf(operations);
});

function contents(kind: string, number: number, count: number): Op['op'] {
	const inputs = Array.from({length: count}, (_, index) => ({
		input: BigInt(index),
	}));
	const {op} = create(OpSchema, {
		op:
			kind === 'exec'
				? {
						case: 'exec',
						value: {
							meta: {args: ['/bin/sh', '-c', `echo ${number}`]},
							mounts: inputs.map(({input}) => ({input, dest: `/${input}`})),
						},
					}
				: kind === 'file'
					? {
							case: 'file',
							value: {
								actions: inputs.map(({input}, index) => ({
									input: index === 0 ? 0n : BigInt(count + index - 1),
									secondaryInput: input,
									output: index === count - 1 ? 0n : -1n,
									action: {
										case: 'copy' as const,
										value: {src: `/${number}`, dest: '/'},
									},
								})),
							},
						}
					: {case: 'merge', value: {inputs}},
	});
	return op;
}

const foreign = `sha256:${'f'.repeat(64)}`;

/** Ways to break a definition, or to leave it whole; `at` is anything. */
const mutations: Readonly<
	Record<string, (definition: Definition, at: number) => Definition>
> = {
	nothing: definition => definition,
	'drop an entry': (definition, at) =>
		withOperations(
			definition,
			definition.def.filter((_, index) => index !== at % definition.def.length),
		),
	'drop the head': definition =>
		withOperations(definition, definition.def.slice(0, -1)),
	'drop everything': definition => withOperations(definition, []),
	'keep only the head': definition =>
		withOperations(definition, definition.def.slice(-1)),
	'change an operation': (definition, at) =>
		changed(definition, at, op => {
			op.platform = create(OpSchema, {platform: {OS: `os-${at}`}}).platform;
		}),
	'name another operation': (definition, at) =>
		changed(definition, at, op => {
			const input = op.inputs[at % op.inputs.length];
			if (input) {
				input.digest = foreign;
			}
		}),
	'read the head'(definition, at) {
		const head = digestOf(definition.def.at(-1)!);
		return changed(definition, at, op => {
			const input = op.inputs[at % op.inputs.length];
			if (input) {
				input.digest = head;
			}
		});
	},
	'take inputs away': (definition, at) =>
		changed(definition, at, op => {
			op.inputs = [];
		}),
	'swap the inputs': (definition, at) =>
		changed(definition, at, op => {
			op.inputs.reverse();
		}),
	'a wrong head': definition =>
		withHead(definition, {digest: foreign, index: 0}),
	'another head': (definition, at) =>
		withHead(definition, {
			digest: digestOf(definition.def[at % (definition.def.length - 1)]!),
			index: 0,
		}),
	'bytes that are nothing': (definition, at) =>
		withOperations(
			definition,
			definition.def.with(
				at % definition.def.length,
				new Uint8Array([255, 255, 255]),
			),
		),
	'another order'(definition, at) {
		const operations = definition.def.slice(0, -1);
		const cut = at % operations.length;
		return withOperations(definition, [
			...operations.slice(cut),
			...operations.slice(0, cut),
			definition.def.at(-1)!,
		]);
	},
};

function withOperations(
	definition: Definition,
	def: readonly Uint8Array[],
): Definition {
	return create(DefinitionSchema, {...definition, def: [...def]});
}

function changed(
	definition: Definition,
	at: number,
	change: (op: Op) => void,
): Definition {
	const index = at % definition.def.length;
	const op = fromBinary(OpSchema, definition.def[index]!);
	change(op);
	return withOperations(
		definition,
		definition.def.with(index, toBinary(OpSchema, op)),
	);
}

/** What an engine does with a definition: it looks up every input of every operation, then what each uses of them. */
function isSafe({def}: Definition): boolean {
	try {
		const operations = new Map(
			def.map(bytes => [digestOf(bytes), fromBinary(OpSchema, bytes)]),
		);
		const head = operations.get(digestOf(def.at(-1)!))!;
		return (
			operations.size >= 2 &&
			head.inputs.length > 0 &&
			head.op.case === undefined &&
			[...operations.values()].every(
				op =>
					op.inputs.every(({digest}) => {
						const input = operations.get(digest);
						return input !== undefined && input !== head;
					}) && usesOf(op).every(index => index < slotsOf(op)),
			)
		);
	} catch {
		return false;
	}
}

function usesOf({op}: Op): readonly number[] {
	switch (op.case) {
		case 'exec': {
			return op.value.mounts.map(({input}) => Number(input));
		}

		case 'file': {
			return op.value.actions.map(({input, secondaryInput}) =>
				Math.max(Number(input), Number(secondaryInput)),
			);
		}

		case 'merge': {
			return op.value.inputs.map(({input}) => Number(input));
		}

		default: {
			return [];
		}
	}
}

function slotsOf({op, inputs}: Op): number {
	return inputs.length + (op.case === 'file' ? op.value.actions.length : 0);
}

test('a definition that a frontend could have made is whole, also with another head, new operations and a difference', () => {
	fc.assert(
		fc.property(definitions, fc.nat(), (definition, at) => {
			expect(faultOf(definition)).toBeNull();
			const {vertices, head} = readDefinition(definition);
			const all = [...vertices.keys()].slice(0, -1);
			const other = {digest: all[at % all.length]!, index: 0};
			expect(faultOf(withHead(definition, other))).toBeNull();
			expect(faultOf(withoutCache(definition, new Set(all)))).toBeNull();
			expect(faultOf(differenceOf(definition, other, head!))).toBeNull();
		}),
	);
});

test('a definition passes exactly when the engine finds all that it looks for in it', () => {
	fc.assert(
		fc.property(
			definitions,
			fc.array(fc.tuple(fc.constantFrom(...Object.keys(mutations)), fc.nat()), {
				minLength: 1,
				maxLength: 3,
			}),
			(definition, wanted) => {
				let mutated = definition;
				for (const [name, at] of wanted) {
					if (mutated.def.length < 2) {
						break;
					}

					try {
						mutated = mutations[name]!(mutated, at);
					} catch {
						// What isn't an operation can't be changed as one.
					}
				}

				expect(faultOf(mutated) === null).toBe(isSafe(mutated));
			},
		),
		{numRuns: 1000},
	);
});
