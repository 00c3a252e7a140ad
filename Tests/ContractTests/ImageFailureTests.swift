import Testing

/// What ends a build for Heroku ends one of an image, with the same words and nothing else.
@Suite struct ImageFailureTests {
  @Test(
    arguments: TransferFailureTests.failures + ReleaseFileFailureTests.latest
      + ReleaseFileFailureTests.checksums + VersionFailureTests.failures
      + MachineFailureTests.programs)
  func aReleaseThatCannotBeHad(_ failure: FailedBuild) async { await failure.checkAsImage() }

  @Test(
    arguments: ArchiveFailureTests.digests + ArchiveFailureTests.contents
      + ArchiveFailureTests.agents)
  func anArchiveThatHoldsNoAgent(_ failure: FailedBuild) async { await failure.checkAsImage() }
}
