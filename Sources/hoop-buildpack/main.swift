import HoopStart

if HoopStart.isCalled { HoopStart.main() }
