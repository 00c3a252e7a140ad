/// How many bytes must be inserted, left out, changed or swapped with the next one to make one text
/// the other (the optimal string alignment distance).
///
/// It takes the product of the lengths in time: for short texts alone.
package func editDistance(
  _ left: some Collection<UInt8>, _ right: some Collection<UInt8>
) -> Int {
  let (left, right) = (Array(left), Array(right))
  var before: [Int] = []
  var row = Array(0...right.count)
  for (index, byte) in left.enumerated() {
    var next = [index + 1]
    for (column, other) in right.enumerated() {
      var distance = min(
        row[column + 1] + 1, next[column] + 1, row[column] + (byte == other ? 0 : 1))
      if index > 0, column > 0, byte == right[column - 1], other == left[index - 1] {
        distance = min(distance, before[column - 1] + 1)
      }
      next.append(distance)
    }
    (before, row) = (row, next)
  }
  return row[right.count]
}
