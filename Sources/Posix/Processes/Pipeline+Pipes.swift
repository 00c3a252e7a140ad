import CPosix

extension Pipeline {
  /// Lays a pipe through which a program that is yet to start will read `bytes`.
  ///
  /// - Parameter target: the place in its `ProcessConfiguration.descriptors` where it reads.
  package func feed(_ bytes: [UInt8], to target: inout Int32) throws(Failure) {
    let sink = try pipe(to: &target)
    do throws(SystemError) { flows.append(try Feed(bytes, into: sink)) } catch {
      throw .system(error)
    }
  }

  /// Lays a pipe that gathers what a program that is yet to start will write.
  ///
  /// - Parameters:
  ///   - source: the place in its `ProcessConfiguration.descriptors` where it writes.
  ///   - limit: in bytes; see `OutputCollector.isOverLimit`.
  ///   - endsAll: whether all programs are killed when more comes than the limit, since the one that
  ///     writes might go on for ever.
  ///   - onChange: called with all that has come whenever something has.
  package func collect(
    from source: inout Int32, limit: Int, endsAll: Bool = false,
    onChange: (([UInt8]) -> Void)? = nil
  ) throws(Failure) -> OutputCollector {
    let end = try pipe(from: &source)
    do throws(SystemError) {
      let gather = try OutputCollector(from: end, limit: limit, onChange: onChange)
      flows.append(gather)
      if endsAll { bounds.append(gather) }
      return gather
    } catch { throw .system(error) }
  }

  /// Lays pipes from one program to two, all yet to start.
  ///
  /// - Parameters: the places in their `ProcessConfiguration.descriptors`, and the most bytes that may flow; see
  ///   `Tee.isOverLimit`.
  package func tee(
    from source: inout Int32, to first: inout Int32, and second: inout Int32, limit: Int
  ) throws(Failure) -> Tee {
    let tap = Tee(
      from: try pipe(from: &source), to: try pipe(to: &first), and: try pipe(to: &second),
      limit: limit)
    flows.append(tap)
    return tap
  }

  /// The same, with a file between that keeps what flows.
  ///
  /// - Returns: what flows to the file, then what flows to the programs.
  package func tee(
    from source: inout Int32, keeping file: consuming Descriptor, to first: inout Int32,
    and second: inout Int32, limit: Int
  ) throws(Failure) -> (kept: Tee, flow: Tee) {
    let between = try pipe()
    let read = Descriptor(owning: between.read)
    let write = Descriptor(owning: between.write)
    let kept = Tee(from: try pipe(from: &source), to: file, and: write, limit: limit)
    let flow = Tee(from: read, to: try pipe(to: &first), and: try pipe(to: &second), limit: limit)
    flows += [kept, flow]
    return (kept, flow)
  }

  /// Lays a pipe from one program to another, both yet to start.
  ///
  /// - Parameters: the places in their `ProcessConfiguration.descriptors`.
  package func join(_ source: inout Int32, to target: inout Int32) throws(Failure) {
    let pair = try pipe()
    (source, target) = (pair.write, pair.read)
    ends += [pair.write, pair.read]
  }

  private func pipe(to target: inout Int32) throws(Failure) -> Descriptor {
    let pair = try pipe()
    target = pair.read
    ends.append(pair.read)
    return Descriptor(owning: pair.write)
  }

  private func pipe(from source: inout Int32) throws(Failure) -> Descriptor {
    let pair = try pipe()
    source = pair.write
    ends.append(pair.write)
    return Descriptor(owning: pair.read)
  }

  private func pipe() throws(Failure) -> (read: Int32, write: Int32) {
    var pair: [Int32] = [-1, -1]
    do throws(SystemError) { try retrying("pipe") { cposix_pipe(&pair) } } catch {
      throw .system(error)
    }
    return (pair[0], pair[1])
  }
}
