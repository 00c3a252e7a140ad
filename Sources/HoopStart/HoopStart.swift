public enum HoopStart { public static func main() -> Never { fatalError() } }
