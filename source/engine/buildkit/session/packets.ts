import {create, type MessageInitShape, toBinary} from '@bufbuild/protobuf';
import {BinaryWriter, WireType} from '@bufbuild/protobuf/wire';
import {PacketSchema, StatSchema} from '../proto/generated/fsutil_pb.js';
import {type BytePath, bytesOf} from '../../../text/byte-path.js';
import {type WalkedEntry} from '../../context/walk.js';

const statField = StatSchema.field;

/**
@param packet - A packet of the transfer protocol.
@returns Its bytes.
*/
export function encodePacket(
	packet: MessageInitShape<typeof PacketSchema>,
): Uint8Array {
	return toBinary(PacketSchema, create(PacketSchema, packet));
}

/**
The owner is left out, so everything belongs to root, as with Docker's own clients. So are extended attributes: Node can't
read them. The fields are written one by one because there is such a packet for every file: 1.5 µs instead of the 6 µs that
a message and its schema take.

@param entry - An entry of a walk.
@param firstNames - The first path of each file with several names, by its `hardLinkKey`; grows with each call.
@returns The packet that announces the entry: a `PACKET_STAT`, whose number is 0 and so isn't written.
*/
export function encodeEntry(
	{path, status}: WalkedEntry,
	firstNames: Map<string, BytePath>,
): Uint8Array {
	const writer = new BinaryWriter()
		.tag(PacketSchema.field.stat.number, WireType.LengthDelimited)
		.fork();
	const linkName =
		hardLinkTarget(path, status.hardLinkKey, firstNames) ?? status.linkTarget;
	writer
		.tag(statField.path.number, WireType.LengthDelimited)
		.bytes(bytesOf(path))
		.tag(statField.mode.number, WireType.Varint)
		.uint32(status.mode)
		.tag(statField.size.number, WireType.Varint)
		.int64(status.size)
		.tag(statField.modTime.number, WireType.Varint)
		.int64(status.modTime);
	if (linkName !== '') {
		writer
			.tag(statField.linkname.number, WireType.LengthDelimited)
			.bytes(bytesOf(linkName));
	}

	if (status.device !== null) {
		writer
			.tag(statField.devmajor.number, WireType.Varint)
			.int64(status.device.major)
			.tag(statField.devminor.number, WireType.Varint)
			.int64(status.device.minor);
	}

	// eslint-disable-next-line unicorn/require-array-join-separator -- it ends the fork
	return writer.join().finish();
}

function hardLinkTarget(
	path: BytePath,
	key: string | null,
	firstNames: Map<string, BytePath>,
): BytePath | undefined {
	if (key === null) {
		return undefined;
	}

	const first = firstNames.get(key);
	if (first === undefined) {
		firstNames.set(key, path);
	}

	return first;
}
