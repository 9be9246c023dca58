import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.QueryBuilder;

/**
 * Lucene itself over a collection: EnglishAnalyzer, BM25, any term matches.
 * Arguments: documents, topics (lines of id, tab, text), hits a topic. Prints lines of a TREC run.
 */
public class LuceneRun {
  public static void main(String[] args) throws Exception {
    Analyzer analyzer = new EnglishAnalyzer();
    Directory directory = new ByteBuffersDirectory();
    index(Path.of(args[0]), analyzer, directory);
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new BM25Similarity());
      search(Path.of(args[1]), analyzer, searcher, Integer.parseInt(args[2]));
    }
  }

  private static void index(Path path, Analyzer analyzer, Directory directory) throws Exception {
    IndexWriterConfig config = new IndexWriterConfig(analyzer).setSimilarity(new BM25Similarity());
    try (IndexWriter writer = new IndexWriter(directory, config);
        BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\t", 2);
        Document document = new Document();
        document.add(new StringField("id", parts[0], Field.Store.YES));
        document.add(new TextField("text", parts[1], Field.Store.NO));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }

  private static void search(Path path, Analyzer analyzer, IndexSearcher searcher, int depth)
      throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    QueryBuilder builder = new QueryBuilder(analyzer);
    for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
      String[] parts = line.split("\t", 2);
      Query query = builder.createBooleanQuery("text", parts[1]);
      if (query == null) {
        continue;
      }
      int rank = 0;
      for (ScoreDoc hit : searcher.search(query, depth).scoreDocs) {
        String id = searcher.storedFields().document(hit.doc).get("id");
        out.println(parts[0] + " Q0 " + id + " " + ++rank + " " + hit.score + " lucene");
      }
    }
    out.flush();
  }
}
