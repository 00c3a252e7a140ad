extension AgentKey {
  /// What such a key is called.
  package var kind: String {
    switch form {
    case .client: "a client key"
    case .agent: "an agent key, mode \(mode?.rawValue ?? "")"
    case .organisation: "an organisation key"
    }
  }
}

extension AgentKey.Malformed {
  var words: String {
    switch self {
    case .tooLong: "it is longer than 65,536 bytes"
    case .quotes: "it begins with a quotation mark"
    case .unprintable: "it holds white space or a control character"
    case .scheme: "it does not begin with grpcs://, grpc://, https://, http://, wss:// or ws://"
    case .host: "its host or port is missing or malformed"
    case .name: "its name is malformed"
    case .secret: "its secret is missing or malformed"
    case .mode: "its mode is none of standard, embedded and multi-connection"
    }
  }
}
