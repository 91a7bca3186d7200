// The checkpoints that a recording keeps: found by their descriptors when it is opened, read when a
// machine is to be made of one.
import { bytesOfHex, hex } from '../../base/bytes.ts'
import { VacError } from '../../base/errors.ts'
import type { Image } from '../../machine/state/image.ts'
import type { KeptState } from '../../machine/state/image-compare.ts'
import { firstImage, snapshotOf } from '../../machine/state/image-snapshot.ts'
import type { Snapshot } from '../../machine/state/snapshot.ts'
import { Merkle } from '../../memory/merkle.ts'
import type { Page } from '../../memory/page.ts'
import type { PageKey, Vault } from '../../memory/vault.ts'
import {
  type Descriptor,
  decodeDescriptor,
  decodeImageFile,
  descriptorName,
  encodeDescriptor,
  encodeImageFile,
  type Host,
  imageName,
  isDescriptor,
  NO_ROOT,
  type SmallFiles,
} from './checkpoint-files.ts'

/** Pages that stay in memory for the next checkpoint that needs them: 256 MiB. */
const MOST_PAGES = 4096
/** Images that stay in memory: bases of the next ones. */
const MOST_IMAGES = 4

export class StoredCheckpoints {
  readonly vault: Vault
  private readonly files: SmallFiles
  private readonly host: Host
  private readonly begin: Snapshot
  private readonly merkle: Merkle
  private readonly known = new Map<number, Descriptor>()
  private readonly images = new Map<number, Image>()
  private readonly pages = new Map<PageKey, Page>()
  private first: Image | null = null

  /** `begin`: the first state. Errors: RECORDING_DAMAGED. */
  constructor(begin: Snapshot, files: SmallFiles, vault: Vault, host: Host) {
    this.begin = begin
    this.files = files
    this.vault = vault
    this.host = host
    this.merkle = new Merkle(host.hasher)
    for (const name of files.list().filter(isDescriptor)) {
      const descriptor = decodeDescriptor(files.read(name), name, host.hasher)
      if (descriptorName(descriptor.tick) !== name) {
        throw damaged(name, `the descriptor of tick ${descriptor.tick}`)
      }
      this.known.set(descriptor.tick, descriptor)
    }
    for (const { tick, base } of this.known.values()) {
      if (base !== null && !this.known.has(base)) throw damaged(`checkpoint ${tick}`, 'no base')
    }
  }

  /** Ascending. */
  get descriptors(): readonly Descriptor[] {
    return [...this.known.values()].sort((a, b) => a.tick - b.tick)
  }

  /** Errors: RECORDING_DAMAGED. */
  snapshot(tick: number): Snapshot {
    return snapshotOf(this.image(tick), this.begin, (key) => this.page(key))
  }

  /** What is kept of a state, to be compared with another. Errors: RECORDING_DAMAGED. */
  kept(tick: number): KeptState {
    return { image: this.image(tick), begin: this.begin }
  }

  /**
   * Reads all of them and every page of the vault. Yields now and then. Errors: RECORDING_DAMAGED.
   */
  *verify(): Generator<void> {
    yield* this.vault.verify()
    for (const { tick, root } of this.descriptors) {
      const found = hex(this.snapshot(tick).root(this.merkle))
      if (found !== root) throw damaged(`checkpoint ${tick}`, `root ${found}`)
      yield
    }
  }

  image(tick: number | null): Image {
    if (tick === null) {
      this.first ??= firstImage(this.begin, this.merkle)
      return this.first
    }
    const cached = this.images.get(tick)
    if (cached !== undefined) return cached
    // From the base that is at hand on: no deep recursion.
    const path: Descriptor[] = []
    let at: number | null = tick
    for (; at !== null && !this.images.has(at); at = this.descriptor(at).base) {
      path.push(this.descriptor(at))
    }
    let image = this.image(at)
    for (const descriptor of path.reverse()) {
      image = decodeImageFile(this.files.read(descriptor.image), descriptor, image, this.host)
    }
    this.remember(tick, image)
    return image
  }

  /** Keeps an image, whose pages the vault has, against a base that is here. */
  add(
    image: Image,
    facts: Pick<Descriptor, 'vtime' | 'root' | 'inputs'>,
    base: number | null,
  ): void {
    this.write({ ...facts, tick: image.tick, base }, image)
    this.remember(image.tick, image)
  }

  /** Those that were written against it are written against its base first. */
  remove(tick: number): void {
    const gone = this.descriptor(tick)
    for (const one of this.descriptors.filter(({ base }) => base === tick)) {
      const image = this.image(one.tick)
      this.write({ ...one, base: gone.base }, image)
      this.files.remove(one.image)
    }
    this.files.remove(descriptorName(tick))
    this.files.remove(gone.image)
    this.known.delete(tick)
    this.images.delete(tick)
  }

  private write(facts: Omit<Descriptor, 'image' | 'imageHash'>, image: Image): void {
    const { tick, root, base } = facts
    const roots = {
      own: bytesOfHex(root),
      base: base === null ? NO_ROOT : bytesOfHex(this.descriptor(base).root),
    }
    const file = encodeImageFile(image, this.image(base), roots, this.host)
    const name = imageName(tick, base)
    this.files.write(name, file)
    const imageHash = hex(this.host.hasher.hash(file))
    const descriptor = { ...facts, image: name, imageHash }
    this.files.write(descriptorName(tick), encodeDescriptor(descriptor, this.host.hasher))
    this.known.set(tick, descriptor)
  }

  private descriptor(tick: number): Descriptor {
    const found = this.known.get(tick)
    if (found === undefined) throw damaged(`checkpoint ${tick}`, 'no such checkpoint')
    return found
  }

  private page(key: PageKey): Page {
    const page = this.pages.get(key) ?? this.vault.get(key)
    this.pages.delete(key)
    this.pages.set(key, page)
    if (this.pages.size > MOST_PAGES) this.pages.delete(this.pages.keys().next().value as PageKey)
    return page
  }

  private remember(tick: number, image: Image): void {
    this.images.delete(tick)
    this.images.set(tick, image)
    if (this.images.size > MOST_IMAGES) {
      this.images.delete(this.images.keys().next().value as number)
    }
  }
}

const damaged = (where: string, found: string): VacError =>
  new VacError('RECORDING_DAMAGED', { where, found, expected: 'the checkpoints that were written' })
